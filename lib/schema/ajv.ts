import { _, Ajv } from 'ajv';
import { formats } from './formats.ts';
import { topKeywords } from './keywords.ts';
import { isObject, type SchemaObject } from './schema-set.ts';
import { subschemas } from './walk.ts';

const annotationsOnly = new Set([
  ...topKeywords,
  '$comment',
  '$id',
  '$schema',
  'default',
  'deprecated',
  'description',
  'examples',
  'title',
  'x-sensitive',
]);

/**
 * A compiler with the settings of all validators: own properties only (`toString` is not there because objects inherit
 * it), strict, never `$data`, and never a change of the data. Generated code finds `formats` by that name.
 */
export function createAjv(): Ajv {
  return new Ajv({
    strict: true,
    strictRequired: false, // alternatives may each require what the object around them declares
    allowUnionTypes: true,
    ownProperties: true,
    messages: false,
    meta: false,
    validateSchema: false,
    logger: false,
    formats,
    code: { source: true, esm: true, lines: true, formats: _`formats` },
  });
}

/** The schema without what checks nothing. `definitions` stay. */
export function checkedPart(schema: SchemaObject): SchemaObject {
  const inside = new Map([...subschemas(schema)].map((inner) => [inner.schema, checkedPart(inner.schema)]));
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((item) => inside.get(item) ?? item);
    if (!isObject(value)) return value;
    return (
      inside.get(value) ??
      Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, isObject(inner) ? (inside.get(inner) ?? inner) : inner]))
    );
  };
  const checked = Object.entries(schema).filter(([keyword]) => !annotationsOnly.has(keyword));
  return Object.fromEntries([...checked.map(([keyword, value]) => [keyword, strip(value)] as const), ...impliedLength(schema)]);
}

/** An array that must contain something is not empty. Compiled code may take an empty one for the array before it. */
export function impliedLength({ contains, minItems }: SchemaObject): readonly (readonly ['minItems', number])[] {
  return contains === undefined ? [] : [['minItems', Math.max(1, typeof minItems === 'number' ? minItems : 0)]];
}

let metaSchema: Ajv | undefined;

/** Where a schema is not a draft-07 schema: pointer and reason. */
export function metaSchemaErrors(schema: SchemaObject): readonly { readonly pointer: string; readonly message: string }[] {
  metaSchema ??= new Ajv({
    strict: false,
    allErrors: true,
    logger: false,
    formats: { regex: isRegularExpression, uri: true, 'uri-reference': true },
  });
  metaSchema.validateSchema({ ...schema, $schema: 'http://json-schema.org/draft-07/schema' });
  return (metaSchema.errors ?? [])
    .filter(({ keyword }) => keyword !== 'anyOf')
    .map(({ instancePath, message, params }) => ({
      pointer: instancePath,
      message: Array.isArray(params['allowedValues']) ? `${message}: ${params['allowedValues'].join(', ')}` : (message ?? ''),
    }));
}

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
