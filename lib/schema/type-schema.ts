import { isObject, type SchemaObject } from './schema-set.ts';
import { resolveRef } from './walk.ts';

// What a type cannot say, and titles: they would make shared types, whose names collide between messages.
const kept = new Set(
  'additionalItems additionalProperties allOf anyOf deprecated description items oneOf properties required tsType type'.split(' '),
);
/** A line of generated code that declares a property. */
export const placeholderLine = /^property(\d+)(\??: )/;

function inlined(document: SchemaObject, schema: SchemaObject): SchemaObject {
  const target = resolveRef(document, schema['$ref']);
  if (target === undefined) return schema;
  const { $ref: _, ...beside } = schema;
  return { ...inlined(document, target), ...beside };
}

/**
 * What fields without a name hold. TypeScript wants an index signature that fits all fields, which beside named ones
 * only `unknown` always does. An object of which nothing is said may hold anything; `{}` would not even be an object.
 */
function openness(schema: SchemaObject): SchemaObject {
  const { properties, additionalProperties, patternProperties, ...rest } = schema;
  const hasNamed = isObject(properties) && Object.keys(properties).length > 0;
  const typed = [
    ...Object.values(patternProperties ?? {}),
    ...(typeof additionalProperties === 'boolean' ? [] : [additionalProperties]),
  ].filter(isObject);
  const named = hasNamed ? { properties } : {};
  if (typed.length > 0) return { ...rest, ...named, additionalProperties: hasNamed || typed.length > 1 || typed[0] };
  const isOpen = additionalProperties === true || (additionalProperties === undefined && !hasNamed && schema['type'] === 'object');
  return {
    ...rest,
    ...named,
    ...(isOpen ? { additionalProperties: true } : {}),
    ...(additionalProperties === false ? { additionalProperties } : {}),
  };
}

/** Fixed values as literal types; the generator would look for schemas inside them. */
function literals(schema: SchemaObject): SchemaObject {
  const { const: only, enum: several, ...rest } = schema;
  const values = Array.isArray(several) ? several : 'const' in schema ? [only] : undefined;
  return values === undefined
    ? schema
    : {
        ...rest,
        tsType: values.length === 1 ? JSON.stringify(values[0]) : `(${values.map((value) => JSON.stringify(value)).join(' | ')})`,
      };
}

function renamed(schema: SchemaObject, names: string[]): SchemaObject {
  const { properties, required, ...rest } = schema;
  if (!isObject(properties)) return rest;
  const mandatory = new Set(Array.isArray(required) ? required : []);
  const entries = Object.entries(properties).map(([name, inner]) => ({
    inner,
    mandatory: mandatory.has(name),
    placeholder: `property${names.push(name) - 1}`,
  }));
  return {
    ...rest,
    properties: Object.fromEntries(entries.map(({ inner, placeholder }) => [placeholder, inner])),
    required: entries.filter((entry) => entry.mandatory).map(({ placeholder }) => placeholder),
  };
}

/**
 * The schema as the type generator should see it: no `$ref`, nothing that makes names, and placeholders for the names of
 * properties, of which some (`hasOwnProperty`) would trip it. Adds to `names` what the placeholders stand for. Expects a
 * linted schema: no recursion.
 */
export function typeSchema(document: SchemaObject, schema: SchemaObject, names: string[]): SchemaObject {
  const whole = renamed(openness(literals(inlined(document, schema))), names);
  const inside = (value: unknown): unknown => (isObject(value) ? typeSchema(document, value, names) : value);
  const entries = Object.entries(whole).filter(([keyword]) => kept.has(keyword));
  return Object.fromEntries(
    entries.map(([keyword, value]) => {
      if (Array.isArray(value)) return [keyword, value.map(inside)];
      if (!isObject(value) || keyword !== 'properties') return [keyword, inside(value)];
      return [keyword, Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inside(inner)]))];
    }),
  );
}
