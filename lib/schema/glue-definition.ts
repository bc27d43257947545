import type { RegisteredSchema } from './registry.ts';
import { isObject } from './schema-set.ts';
import { parseSchemaUri, schemaUri } from './uri.ts';

/**
 * The annotation that names message and version in a definition. Glue numbers versions itself, and one that it rejects
 * takes a number all the same, so our version has to travel with the text. Validators pass over it.
 */
const ANNOTATION = 'x-schema';

/**
 * The text under which a schema is registered in Glue: the same schema is always the same text, and two versions with the
 * same content are two texts. @throws INVALID_SCHEMA_URI
 */
export function glueDefinition({ type, version, schema }: Pick<RegisteredSchema, 'type' | 'version' | 'schema'>): string {
  return JSON.stringify({ [ANNOTATION]: schemaUri(type, version), ...schema });
}

/** Reads a definition back; `undefined` for one that was registered by somebody else, or of another message. */
export function readGlueDefinition(text: string): Omit<RegisteredSchema, 'id'> | undefined {
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(definition)) return undefined;
  const { [ANNOTATION]: uri, ...schema } = definition;
  const name = typeof uri === 'string' ? parseSchemaUri(uri) : undefined;
  return name && { ...name, schema };
}
