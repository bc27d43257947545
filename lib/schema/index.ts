/**
 * JSON Schemas of messages: read, checked, and turned into TypeScript.
 * @module
 */
export {
  type CompatibilityDifference,
  type CompatibilityInput,
  type CompatibilityMode,
  type CompatibilityReport,
  type ContentModel,
  checkCompatibility,
  compatibilityModes,
} from './compatibility/check-compatibility.ts';
export type { Schema } from './compatibility/draft.ts';
export { compileSchema, type SchemaVerdict } from './compile-schema.ts';
export { CONTRACT_FILE, contractText, type FieldRead, type JsonType, readContracts } from './contracts/contract.ts';
export { checkGenerated, type Drift, type Written, writeGenerated } from './drift.ts';
export { createFileRegistry } from './file-registry.ts';
export { checkSchemas, type GateOptions, type GateReport } from './gate/check-schemas.ts';
export type { GateFinding } from './gate/finding.ts';
export type { Published } from './gate/published.ts';
export { generateCode } from './generate.ts';
export { decodeGlueFrame, encodeGlueFrame } from './glue-frame.ts';
export { type LintInput, lintSchema } from './lint.ts';
export type { SchemaProblem, SchemaProblemCode } from './problem.ts';
export { readSchemas } from './read.ts';
export type { RegisteredSchema, SchemaMetadata, SchemaRegistry } from './registry.ts';
export { cachedRegistry, type RegistryCacheOptions } from './registry-cache.ts';
export type { MessageSchemas, SchemaObject, SchemaSet, SchemaVersion } from './schema-set.ts';
export { parseSchemaUri, type SchemaName, schemaUri } from './uri.ts';
