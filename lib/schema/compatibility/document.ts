import { ChoreographyError } from '../../contract/errors.ts';
import { metaSchemaErrors } from '../ajv.ts';
import { isObject } from '../schema-set.ts';
import { pointerToken, subschemas } from '../walk.ts';
import { draftOf, liftSchema, refuseSchema, type Schema } from './draft.ts';

/** Levels of nesting of a schema, as JSON and along its `$ref`s. */
export const SCHEMA_LEVELS_MAX = 128;
/** Values of a schema, all levels together. */
const SCHEMA_VALUES_MAX = 100_000;

/** A schema that was read and checked: a copy in the form of draft-07, whatever draft it was written in. */
export interface SchemaDocument {
  readonly root: Schema;
  /** Every schema object of it. */
  readonly schemas: readonly Schema[];
  /** The schema that a `$ref` of this document names; every one was found when it was read. */
  resolve(ref: string): Schema;
}

interface Reading {
  readonly name: string;
  values: number;
}

/** Copies JSON; what is none, or too large, is refused. */
function copyOf(value: unknown, reading: Reading, depth: number): unknown {
  reading.values += 1;
  if (depth > SCHEMA_LEVELS_MAX) refuseSchema(reading.name, '', `it is nested more than ${SCHEMA_LEVELS_MAX} levels deep.`);
  if (reading.values > SCHEMA_VALUES_MAX) refuseSchema(reading.name, '', `it has more than ${SCHEMA_VALUES_MAX} values.`);
  if (Array.isArray(value)) return value.map((item) => copyOf(item, reading, depth + 1));
  if (isObject(value)) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(entries.map(([key, inner]) => [key, copyOf(inner, reading, depth + 1)]));
  }
  if (value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value)) return value;
  return refuseSchema(reading.name, '', `it holds ${String(value)}, which is not JSON.`);
}

function decoded(token: string): string {
  const text = token.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function pointedAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const token of pointer.slice(1).split('/').map(decoded)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined;
    value = Reflect.get(value, token);
  }
  return value;
}

function targetOf(root: Schema, ref: string, anchors: ReadonlyMap<string, Schema>, name: string): Schema {
  const id = typeof root === 'object' && typeof root['$id'] === 'string' ? root['$id'].replace(/#.*$/, '') : '';
  const local = id !== '' && (ref === id || ref.startsWith(`${id}#`)) ? ref.slice(id.length) : ref;
  if (local === '' || local === '#') return root;
  if (!local.startsWith('#')) {
    throw new ChoreographyError(
      'REMOTE_REF',
      `The ${name} schema refers to ${ref}, another document: copy what it needs into "definitions".`,
      {
        details: { schema: name, ref },
      },
    );
  }
  const target = local.startsWith('#/') ? pointedAt(root, local.slice(1)) : anchors.get(local);
  if (typeof target === 'boolean' || isObject(target)) return target;
  return refuseSchema(name, '', `"$ref" points to ${ref}, where there is no schema.`);
}

/** The patterns of one schema object: the meta-schema calls them a format, which is not checked everywhere. */
function checkPatterns({ schema, pointer }: Found, name: string): void {
  const { pattern, patternProperties } = schema;
  const named = isObject(patternProperties) ? Object.keys(patternProperties) : [];
  const all = [
    ...(typeof pattern === 'string' ? [['/pattern', pattern] as const] : []),
    ...named.map((key) => ['/patternProperties', key] as const),
  ];
  for (const [at, source] of all) {
    try {
      new RegExp(source, 'u');
    } catch {
      refuseSchema(name, pointer + at, `${source} is not a regular expression that JavaScript reads in Unicode mode.`);
    }
  }
}

interface Found {
  readonly schema: Record<string, unknown>;
  readonly pointer: string;
}

/** Every schema object below `start` that was not seen yet, lifted to draft-07. */
function lifted(start: Found, seen: Set<unknown>, lift: (found: Found) => void): readonly Found[] {
  const all: Found[] = [];
  const pending = [start];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next.schema)) continue;
    seen.add(next.schema);
    lift(next);
    all.push(next);
    for (const { schema, pointer, applies } of subschemas(next.schema)) {
      const isAnswer = applies === 'never' && pointer === '/x-answer';
      if (!isAnswer) pending.push({ schema, pointer: next.pointer + pointer });
    }
  }
  return all;
}

/** The compiler passes over a property of that name: what is said of it would be checked by nobody. */
function refuseProto({ schema, pointer }: Found, name: string): void {
  const { properties } = schema;
  if (!isObject(properties) || !Object.hasOwn(properties, '__proto__')) return;
  refuseSchema(name, `${pointer}/properties/__proto__`, 'a property of that name cannot be checked: choose another one.');
}

function checkForm(schema: Schema, name: string, pointer: string): void {
  if (typeof schema === 'boolean') return;
  const [error] = metaSchemaErrors(schema);
  if (error !== undefined) refuseSchema(name, pointer + error.pointer, `it ${error.message}.`);
}

function anchorsOf(places: readonly Found[], name: string): ReadonlyMap<string, Schema> {
  const anchors = new Map<string, Schema>();
  for (const { schema, pointer } of places) {
    const id = schema['$id'];
    if (pointer === '' || typeof id !== 'string') continue;
    if (id.startsWith('#')) anchors.set(id, schema);
    else if (places.some((place) => '$ref' in place.schema))
      refuseSchema(name, `${pointer}/$id`, 'an "$id" inside changes what "$ref" means: remove it.');
  }
  return anchors;
}

/**
 * Reads a schema of draft 4, 6 or 7. `name` says in errors which one it is. Unknown keywords mean nothing.
 * @throws INVALID_SCHEMA for what is no schema, is nested too deep, or names another draft
 * @throws REMOTE_REF for a `$ref` that leaves the document
 */
export function readDocument(schema: unknown, name: string): SchemaDocument {
  const root = copyOf(schema, { name, values: 0 }, 0);
  if (typeof root !== 'boolean' && !isObject(root)) refuseSchema(name, '', 'a schema is an object, true or false.');
  const draft = draftOf(root, name);
  if (draft === 4 && typeof root === 'boolean') refuseSchema(name, '', 'draft-04 has no true and false as schemas.');
  const seen = new Set<unknown>();
  const lift = (found: Found): void => {
    liftSchema(found.schema, draft, name, found.pointer);
    checkPatterns(found, name);
    refuseProto(found, name);
  };
  const places = isObject(root) ? [...lifted({ schema: root, pointer: '' }, seen, lift)] : [];
  const anchors = anchorsOf(places, name);
  const targets = new Map<string, Schema>();
  checkForm(root, name, '');
  for (const { schema: place } of places) {
    const ref = place['$ref'];
    if (typeof ref !== 'string' || targets.has(ref)) continue;
    const target = targetOf(root, ref, anchors, name);
    targets.set(ref, target);
    if (typeof target === 'boolean' || seen.has(target)) continue;
    places.push(...lifted({ schema: target, pointer: ref }, seen, lift));
    checkForm(target, name, ref);
  }
  return {
    root,
    schemas: places.map((place) => place.schema),
    resolve: (ref) => targets.get(ref) ?? refuseSchema(name, `/${pointerToken(ref)}`, 'this "$ref" was not found when it was read.'),
  };
}
