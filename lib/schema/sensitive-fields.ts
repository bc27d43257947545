import { SCHEMA_DEPTH_MAX } from './lint.ts';
import type { SchemaObject } from './schema-set.ts';
import { occurrences } from './walk.ts';

/**
 * JSON Pointers (with `*` for any array element) of what `x-sensitive` marks in a schema. Found along `$ref`s; under keys
 * that the schema does not name, the whole object is sensitive.
 */
export function sensitiveFields(schema: SchemaObject): readonly string[] {
  const found = new Set<string>();
  for (const { schema: inner, at } of occurrences(schema, { schema, pointer: '' }, SCHEMA_DEPTH_MAX)) {
    if (inner['x-sensitive'] === true) found.add(at);
  }
  return [...found].sort();
}
