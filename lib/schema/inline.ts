import { isObject, type SchemaObject } from './schema-set.ts';
import { resolveRef, subschemas } from './walk.ts';

// Names would make shared types that collide between messages; the counts would only become comments.
const dropped = new Set([
  '$comment',
  '$id',
  '$schema',
  'definitions',
  'title',
  'maxItems',
  'minItems',
  'x-kind',
  'x-subject',
  'x-answer',
  'x-sensitive',
]);

function inlineOne(document: SchemaObject, schema: SchemaObject): SchemaObject {
  const target = resolveRef(document, schema['$ref']);
  if (target === undefined) return schema;
  const { $ref: _, ...beside } = schema;
  return { ...target, ...beside };
}

/**
 * Fields that a type should know when the schema allows others: TypeScript wants an index signature that fits all
 * named fields, which only `unknown` always does.
 */
function openness(schema: SchemaObject): SchemaObject {
  const { properties, additionalProperties, patternProperties, type } = schema;
  const named = isObject(properties) && Object.keys(properties).length > 0;
  const typed = isObject(additionalProperties) || patternProperties !== undefined;
  if (named && typed) return { ...schema, additionalProperties: true, patternProperties: undefined };
  return !named && !typed && additionalProperties === undefined && type === 'object' ? { ...schema, additionalProperties: true } : schema;
}

/** The schema as the type generator should see it: no `$ref`, no names, no top comment. Expects a linted schema: no recursion. */
export function inlined(document: SchemaObject, schema: SchemaObject): SchemaObject {
  const whole = openness(inlineOne(document, schema));
  const inside = new Map([...subschemas(whole)].map((inner) => [inner.schema, inner]));
  const replace = (value: unknown): unknown => {
    const found = isObject(value) ? inside.get(value) : undefined;
    return found === undefined || found.applies === 'never' ? value : inlined(document, found.schema);
  };
  const entries = Object.entries(whole).filter(([keyword, value]) => !dropped.has(keyword) && value !== undefined);
  return Object.fromEntries(
    entries.map(([keyword, value]) => {
      if (Array.isArray(value)) return [keyword, value.map(replace)];
      const replaced = replace(value);
      if (replaced !== value || !isObject(value)) return [keyword, replaced];
      return [keyword, Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner)]))];
    }),
  );
}
