import { isObject, type SchemaObject, type SchemaSet, type SchemaVersion } from '../../schema/schema-set.ts';
import { type Carried, keyOf } from './carried.ts';

/** A reference to another part of the document. */
export interface Reference {
  readonly $ref: string;
}

/** Where a schema of the components stands. */
export function schemaRef(key: string): Reference {
  return { $ref: `#/components/schemas/${key}` };
}

/** The key of the schema of what a message is about. */
export function dataKey(message: Carried): string {
  return `${keyOf(message)}Data`;
}

/** What was given for this version of a message. */
export function versionOf({ messages }: SchemaSet, { type, version }: Carried): SchemaVersion | undefined {
  return messages.find((message) => message.type === type)?.versions.find((one) => one.version === version);
}

/** A local `$ref` leads from the root of its file, which is now a part of another document. */
function moved(value: unknown, to: string): unknown {
  if (Array.isArray(value)) return value.map((item) => moved(item, to));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    key === '$ref' && typeof inner === 'string' ? inner.replace(/^#(?=\/definitions\/)/, to) : moved(inner, to),
  ]);
  return Object.fromEntries(entries);
}

/**
 * The schema of what a message is about, as its author wrote it, `x-sensitive` included; only what names the file as a
 * whole is left out. AsyncAPI's own schemas are a superset of draft-07, so none of them says `schemaFormat`: within one,
 * generators of code lose the names of schemas (Modelina 5.10, tried 2026-11).
 */
export function dataSchema(set: SchemaSet, message: Carried): SchemaObject | undefined {
  const version = versionOf(set, message);
  const given = message.form === 'answer' ? version?.answer : version?.schema;
  if (given === undefined || message.form === 'refusal' || message.form === 'foreign') return undefined;
  const { $schema: _draft, $id: _id, 'x-answer': _answer, ...rest } = given;
  return moved(rest, schemaRef(dataKey(message)).$ref) as SchemaObject;
}
