import { checkedPart, createAjv } from './ajv.ts';
import { lintRules } from './lint-rules.ts';
import type { SchemaProblem } from './problem.ts';
import { isObject, type SchemaObject } from './schema-set.ts';
import { type Occurrence, occurrences, type Place, places } from './walk.ts';

/** Schemas inside one another, `$ref`s followed. */
export const SCHEMA_DEPTH_MAX = 32;
/** Properties of one message, `$ref`s followed: each place where a definition is used counts. */
export const PROPERTIES_MAX = 1_000;
/** Schemas of one message, `$ref`s followed. */
export const SUBSCHEMAS_MAX = 5_000;
/** Characters of a schema that the AWS Glue schema registry takes. */
export const SCHEMA_LENGTH_MAX = 170_000;

/** What `lintSchema` looks at. */
export interface LintInput {
  readonly file: string;
  /** The file as it is. */
  readonly text: string;
  readonly schema: SchemaObject;
}

type Report = (pointer: string, message: string) => void;

function checkTop(schema: SchemaObject, pointer: string, report: Report): void {
  if (schema['type'] !== 'object')
    report(pointer, 'the top of a schema is not of type object: write "type": "object", so that fields can be added later.');
}

function checkOccurrence({ schema, pointer, depth, refs }: Occurrence, report: Report): void {
  const ref = schema['$ref'];
  if (typeof ref === 'string' && refs.includes(ref))
    report(`${pointer}/$ref`, `"$ref" comes back to ${ref}: recursion has no bound; write the levels out.`);
  if (depth === SCHEMA_DEPTH_MAX + 1) report(pointer, `schemas are nested more than ${SCHEMA_DEPTH_MAX} deep: make the message flatter.`);
}

function checkExtent(document: SchemaObject, start: Place, report: Report): void {
  let [schemas, properties] = [0, 0];
  for (const occurrence of occurrences(document, start, SCHEMA_DEPTH_MAX)) {
    checkOccurrence(occurrence, report);
    schemas += 1;
    properties += Object.keys(occurrence.schema['properties'] ?? {}).length;
    if (schemas <= SUBSCHEMAS_MAX && properties <= PROPERTIES_MAX) continue;
    const what = properties > PROPERTIES_MAX ? `${PROPERTIES_MAX} properties` : `${SUBSCHEMAS_MAX} schemas`;
    report(start.pointer, `there are more than ${what}, counting each use of a definition: make the message smaller.`);
    return;
  }
}

/** What our own rules did not foresee: ajv's strict mode has the last word. */
function checkStrict(document: SchemaObject, { schema, pointer }: Place, report: Report): void {
  try {
    const { definitions } = document;
    createAjv().compile(checkedPart(definitions === undefined ? schema : { ...schema, definitions }));
  } catch (error) {
    report(pointer, `${error instanceof Error ? error.message : String(error)}.`);
  }
}

/**
 * What in a schema could hurt: a message that takes long to validate or has no bound, a check that silently does not
 * happen, or a name that changes objects. Expects a valid draft-07 schema of at most some hundred levels.
 */
export function lintSchema({ file, text, schema }: LintInput): readonly SchemaProblem[] {
  const problems = new Map<string, SchemaProblem>();
  const report: Report = (pointer, message) => {
    problems.set(`${pointer} ${message}`, { code: 'SCHEMA_UNSAFE', file, pointer, message });
  };
  if (text.length > SCHEMA_LENGTH_MAX)
    report('', `the file has ${text.length} characters: the schema registry takes ${SCHEMA_LENGTH_MAX}.`);
  for (const place of places(schema)) {
    for (const rule of lintRules) {
      rule({
        schema: place.schema,
        document: schema,
        top: place.pointer === '',
        report: (pointer, message) => report(place.pointer + pointer, message),
      });
    }
  }
  const answer = schema['x-answer'];
  const tops: readonly Place[] = [{ schema, pointer: '' }, ...(isObject(answer) ? [{ schema: answer, pointer: '/x-answer' }] : [])];
  for (const top of tops) {
    checkTop(top.schema, top.pointer, report);
    checkExtent(schema, top, report);
  }
  if (problems.size === 0) for (const top of tops) checkStrict(schema, top, report);
  return [...problems.values()];
}
