import { ChoreographyError } from '../contract/errors.ts';
import { NAME_LENGTH_MAX } from '../contract/limits.ts';

const prefix = 'urn:aws-choreography:';
const form = /^urn:aws-choreography:([A-Z][A-Za-z0-9]*):([1-9][0-9]{0,8})$/;

/** What an envelope's `dataschema` names. */
export interface SchemaName {
  readonly type: string;
  /** A whole number from 1. */
  readonly version: number;
}

/** The envelope's `dataschema`: an absolute URI that names a message and its version. @throws INVALID_SCHEMA_URI */
export function schemaUri(type: string, version: number): string {
  const uri = `${prefix}${type}:${version}`;
  if (parseSchemaUri(uri) !== undefined) return uri;
  throw new ChoreographyError(
    'INVALID_SCHEMA_URI',
    `"${type}" in version ${version} does not make a schema URI: give a PascalCase name and a whole version from 1.`,
    {
      details: { type, version },
    },
  );
}

/** Reads a `dataschema` back. Anything that `schemaUri` would not write is `undefined`: it came from elsewhere. */
export function parseSchemaUri(uri: string): SchemaName | undefined {
  const [, type, version] = uri.length > prefix.length + NAME_LENGTH_MAX + 10 ? [] : (form.exec(uri) ?? []);
  if (type === undefined || version === undefined || type.length > NAME_LENGTH_MAX) return undefined;
  return { type, version: Number(version) };
}
