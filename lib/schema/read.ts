import { ChoreographyError } from '../contract/errors.ts';
import { checkCommandName, checkEventName } from '../contract/names.ts';
import { metaSchemaErrors } from './ajv.ts';
import { exportedNames, importedNames } from './exported-names.ts';
import { lintSchema } from './lint.ts';
import { type SchemaProblem, throwProblems } from './problem.ts';
import { readFiles, type SchemaFile } from './read-files.ts';
import { isObject, type MessageSchemas, type SchemaObject, type SchemaSet, type SchemaVersion } from './schema-set.ts';
import { sensitiveFields } from './sensitive-fields.ts';
import { gapIn } from './version-numbers.ts';
import { resolveRef } from './walk.ts';

type Report = (pointer: string, message: string) => void;

function nameError(check: (name: string) => void, type: string): string | undefined {
  try {
    check(type);
    return undefined;
  } catch (error) {
    return error instanceof ChoreographyError ? error.message : String(error);
  }
}

/** The kind that the schema says; or that the name has; or, where that is no event's, what only an event has makes it one. */
function kindOf({ type, schema }: SchemaFile, report: Report): MessageSchemas['kind'] {
  const { 'x-kind': kind, 'x-subject': subject, 'x-answer': answer } = schema;
  if (kind !== undefined && kind !== 'event' && kind !== 'command') report('/x-kind', '"x-kind" is neither "event" nor "command".');
  const looksLikeEvent = subject !== undefined && answer === undefined;
  const byName = nameError(checkEventName, type) === undefined ? 'event' : 'command';
  const isCommand = (kind ?? (looksLikeEvent ? 'event' : byName)) === 'command';
  const error = isCommand ? nameError(checkCommandName, type) : nameError(checkEventName, type);
  if (error === undefined) return isCommand ? 'command' : 'event';
  if (kind !== undefined) report('/x-kind', error);
  else report('', looksLikeEvent ? `${error} "x-subject" without "x-answer" makes it an event.` : error);
  return isCommand ? 'command' : 'event';
}

function checkSubject({ schema }: SchemaFile, kind: MessageSchemas['kind'], report: Report): string | undefined {
  const subject = schema['x-subject'];
  if (subject === undefined && kind === 'command') return undefined;
  if (typeof subject !== 'string') {
    report('', 'an event says what it is about: add "x-subject" with the name of a required string property.');
    return undefined;
  }
  const { properties, required } = schema;
  const property = isObject(properties) && Object.hasOwn(properties, subject) ? properties[subject] : undefined;
  const target = isObject(property) ? (resolveRef(schema, property['$ref']) ?? property) : undefined;
  if (target?.['type'] === 'string' && Array.isArray(required) && required.includes(subject)) return subject;
  report('/x-subject', `"x-subject" names "${subject}", which is not a required string property.`);
  return undefined;
}

function checkAnswer({ schema }: SchemaFile, kind: MessageSchemas['kind'], report: Report): SchemaObject | undefined {
  const answer = schema['x-answer'];
  if (kind === 'event') {
    if (answer !== undefined) report('/x-answer', 'an event has no answer: remove "x-answer".');
    return undefined;
  }
  if (!isObject(answer)) {
    const why = schema['x-kind'] === undefined ? 'by its name this is a command, which has an answer' : 'a command has an answer';
    report('', `${why}: add "x-answer" with its schema; an event has a verb in the past at its end, as OrderPlaced, and "x-subject".`);
    return undefined;
  }
  const { definitions } = schema;
  return definitions === undefined ? answer : { ...answer, definitions };
}

function checkDraft({ schema }: SchemaFile, report: Report): boolean {
  const { $schema: draft, 'x-answer': answer } = schema;
  const errors = [...metaSchemaErrors(schema)];
  if (isObject(answer))
    errors.push(...metaSchemaErrors(answer).map(({ pointer, message }) => ({ pointer: `/x-answer${pointer}`, message })));
  if (draft !== undefined && !/^http:\/\/json-schema\.org\/draft-07\/schema#?$/.test(String(draft))) {
    report('/$schema', '"$schema" is not draft-07: write "http://json-schema.org/draft-07/schema#".');
  }
  for (const { pointer, message } of errors) report(pointer, `this is not draft-07: it ${message}.`);
  return errors.length === 0;
}

function checkFile(file: SchemaFile, problems: SchemaProblem[]): (SchemaVersion & { kind: MessageSchemas['kind'] }) | undefined {
  const before = problems.length;
  const report: Report = (pointer, message) => {
    problems.push({ code: 'SCHEMA_INVALID', file: file.file, pointer, message });
  };
  const kind = kindOf(file, report);
  const subject = checkSubject(file, kind, report);
  const answer = checkAnswer(file, kind, report);
  if (checkDraft(file, report)) problems.push(...lintSchema(file));
  if (problems.length > before) return undefined;
  const sensitive = sensitiveFields(file.schema);
  return { ...file, kind, sensitive, ...(subject === undefined ? {} : { subject }), ...(answer === undefined ? {} : { answer }) };
}

function checkMessage(type: string, files: readonly SchemaFile[], problems: SchemaProblem[]): readonly MessageSchemas[] {
  const gap = gapIn(files.map(({ version }) => version));
  if (gap !== undefined) problems.push({ code: 'SCHEMA_INVALID', file: type, pointer: '', message: gap });
  const versions = files.flatMap((file) => checkFile(file, problems) ?? []);
  const [first] = versions;
  for (const { kind, file } of versions) {
    if (kind === first?.kind) continue;
    problems.push({
      code: 'SCHEMA_INVALID',
      file,
      pointer: '/x-kind',
      message: `this is ${kind === 'event' ? 'an' : 'a'} ${kind}, and ${first?.file} is not: all versions are of one kind.`,
    });
  }
  return first === undefined ? [] : [{ kind: first.kind, type, versions: versions.map(({ kind: _, ...version }) => version) }];
}

function checkNames(messages: readonly MessageSchemas[], problems: SchemaProblem[]): void {
  const owners = new Map(importedNames.map((name) => [name, 'this package']));
  for (const message of messages) {
    for (const name of exportedNames(message)) {
      const owner = owners.get(name);
      owners.set(name, message.type);
      if (owner === undefined) continue;
      problems.push({
        code: 'SCHEMA_INVALID',
        file: message.type,
        pointer: '',
        message: `the generated name ${name} is taken by ${owner}: rename the message.`,
      });
    }
  }
}

/**
 * Reads and checks all schemas of a directory: `<Message>/<version>.json`, draft-07, with the keywords `x-kind`,
 * `x-subject`, `x-sensitive` and `x-answer`. Collects all problems before it throws; they are in `details.problems`.
 * @throws SCHEMA_UNREADABLE, SCHEMA_INVALID, SCHEMA_UNSAFE
 */
export async function readSchemas(directory: string): Promise<SchemaSet> {
  const { files, problems: found } = await readFiles(directory);
  const problems = [...found];
  const byType = new Map<string, SchemaFile[]>();
  for (const file of files) byType.set(file.type, [...(byType.get(file.type) ?? []), file]);
  const messages = [...byType].flatMap(([type, versions]) => checkMessage(type, versions, problems));
  checkNames(messages, problems);
  throwProblems(problems, directory);
  return { messages };
}
