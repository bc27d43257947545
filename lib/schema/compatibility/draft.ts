import { ChoreographyError } from '../../contract/errors.ts';
import { canonicalText } from '../canonical-text.ts';
import { keywords } from '../keywords.ts';
import { isObject } from '../schema-set.ts';

/** A JSON Schema: an object of keywords, `true` for anything, `false` for nothing. */
export type Schema = Readonly<Record<string, unknown>> | boolean;
/** The drafts that the AWS Glue schema registry takes. */
type Draft = 4 | 6 | 7;

const draftName = /^https?:\/\/json-schema\.org\/draft-0([467])\/schema#?$/;
const sinceDraft07 = ['if', 'then', 'else', 'contentEncoding', 'contentMediaType'];
const unknownTo: Readonly<Record<Draft, ReadonlySet<string>>> = {
  4: new Set(['const', 'contains', 'propertyNames', 'examples', '$id', ...sinceDraft07]),
  6: new Set(sinceDraft07),
  7: new Set(),
};
/** Where draft-04 has schemas only; `additionalItems` and `additionalProperties` may be true and false as well. */
const schemasOnly = ['items', 'not', 'properties', 'patternProperties', 'definitions', 'dependencies', 'allOf', 'anyOf', 'oneOf'];

/** Stops the reading of a schema that is none. @throws INVALID_SCHEMA */
export function refuseSchema(name: string, pointer: string, reason: string): never {
  throw new ChoreographyError('INVALID_SCHEMA', `The ${name} schema is not valid${pointer === '' ? '' : ` at ${pointer}`}: ${reason}`, {
    details: { schema: name, pointer },
  });
}

/** The draft that `$schema` names. @default 7 @throws INVALID_SCHEMA for another one */
export function draftOf(schema: Schema, name: string): Draft {
  const draft = typeof schema === 'boolean' ? undefined : schema['$schema'];
  if (draft === undefined) return 7;
  const number = Number(draftName.exec(String(draft))?.[1]);
  if (number === 4 || number === 6 || number === 7) return number;
  return refuseSchema(name, '/$schema', `"$schema" is ${JSON.stringify(draft)}: only the drafts 4, 6 and 7 are known.`);
}

function liftBound(
  schema: Record<string, unknown>,
  bound: string,
  exclusive: string,
  refuse: (keyword: string, reason: string) => never,
): void {
  const flag = schema[exclusive];
  if (flag === undefined) return;
  if (typeof flag !== 'boolean') refuse(exclusive, `"${exclusive}" is true or false in draft-04.`);
  if (!Object.hasOwn(schema, bound)) refuse(exclusive, `"${exclusive}" stands without "${bound}".`);
  delete schema[exclusive];
  if (flag === false) return;
  schema[exclusive] = schema[bound];
  delete schema[bound];
}

function checkBooleans(schema: Record<string, unknown>, refuse: (keyword: string, reason: string) => never): void {
  for (const keyword of schemasOnly) {
    const value = schema[keyword];
    const schemas = keyword === 'items' || keyword === 'not' ? [value].flat() : Object.values(value ?? {});
    if (schemas.some((each) => typeof each === 'boolean')) refuse(keyword, 'draft-04 has no true and false as schemas.');
  }
}

function liftDraft04(schema: Record<string, unknown>, refuse: (keyword: string, reason: string) => never): void {
  checkBooleans(schema, refuse);
  liftBound(schema, 'minimum', 'exclusiveMinimum', refuse);
  liftBound(schema, 'maximum', 'exclusiveMaximum', refuse);
  if (typeof schema['id'] === 'string') schema['$id'] = schema['id'];
}

/** An empty `enum` is valid in drafts 6 and 7 and allows nothing; compilers refuse it, and the same value twice. */
function liftEnum(schema: Record<string, unknown>): void {
  const { enum: values, allOf = [] } = schema;
  if (!Array.isArray(values)) return;
  if (values.length > 0) {
    const seen = new Map(values.map((value) => [canonicalText(value), value]));
    schema['enum'] = [...seen.values()];
  } else if (Array.isArray(allOf)) {
    delete schema['enum'];
    schema['allOf'] = [...allOf, false];
  }
}

/**
 * Rewrites one schema object, which must be a copy, as draft-07: keywords that its draft does not know mean nothing and
 * go, as do those of other dialects (`nullable`, `$async`) that a compiler would act on. Unknown objects stay: a `$ref`
 * may point into them.
 */
export function liftSchema(schema: Record<string, unknown>, draft: Draft, name: string, pointer: string): void {
  for (const keyword of unknownTo[draft]) delete schema[keyword];
  if (draft === 4) liftDraft04(schema, (keyword, reason) => refuseSchema(name, `${pointer}/${keyword}`, reason));
  else liftEnum(schema);
  for (const [keyword, value] of Object.entries(schema)) {
    if (!keywords.has(keyword) && !isObject(value)) delete schema[keyword];
  }
}
