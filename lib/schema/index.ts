/**
 * JSON Schemas of messages: read, checked, and turned into TypeScript.
 * @module
 */
export { checkGenerated, type Drift, type Written, writeGenerated } from './drift.ts';
export { generateCode } from './generate.ts';
export { type LintInput, lintSchema } from './lint.ts';
export type { SchemaProblem, SchemaProblemCode } from './problem.ts';
export { readSchemas } from './read.ts';
export type { MessageSchemas, SchemaObject, SchemaSet, SchemaVersion } from './schema-set.ts';
export { parseSchemaUri, type SchemaName, schemaUri } from './uri.ts';
