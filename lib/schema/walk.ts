import { isObject, type SchemaObject } from './schema-set.ts';

/** A schema directly inside another. */
export interface Subschema {
  readonly schema: SchemaObject;
  /** JSON Pointer from the outer schema. */
  readonly pointer: string;
  /** What it applies to, from the value that the outer one applies to: the same value, a child, any child of an object, or nothing by itself. */
  readonly applies: 'same' | 'anyKey' | 'never' | { readonly child: string };
}

/** A schema where it stands in the file. */
export interface Place {
  readonly schema: SchemaObject;
  /** JSON Pointer in the file. */
  readonly pointer: string;
}

/** A schema where it applies, `$ref`s followed. */
export interface Occurrence extends Place {
  /** JSON Pointer into the data, with `*` for any array element; the object itself for what lies under keys that the schema does not name. */
  readonly at: string;
  readonly depth: number;
  /** The `$ref`s on the way here. */
  readonly refs: readonly string[];
}

const single: Readonly<Record<string, Subschema['applies']>> = {
  items: { child: '*' },
  additionalItems: { child: '*' },
  contains: { child: '*' },
  additionalProperties: 'anyKey',
  propertyNames: 'same',
  not: 'same',
  if: 'same',
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: 'same',
  else: 'same',
  'x-answer': 'never',
};
const localRef = /^#\/definitions\/([^/%~]+)$/;

/** One token of a JSON Pointer (RFC 6901). */
export function pointerToken(text: string): string {
  return text.replaceAll('~', '~0').replaceAll('/', '~1');
}

function appliesIn(keyword: string, key: string): Subschema['applies'] | undefined {
  switch (keyword) {
    case 'properties':
      return { child: pointerToken(key) };
    case 'patternProperties':
      return 'anyKey';
    case 'dependencies':
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      return 'same';
    case 'definitions':
      return 'never';
    case 'items':
      return { child: key };
    default:
      return undefined;
  }
}

/** The schemas directly inside `schema`, in the order of the file; `true` and `false` are left out, they check nothing inside. */
export function* subschemas(schema: SchemaObject): Generator<Subschema> {
  for (const [keyword, value] of Object.entries(schema)) {
    const applies = Object.hasOwn(single, keyword) ? single[keyword] : undefined;
    if (applies !== undefined && isObject(value)) yield { schema: value, pointer: `/${pointerToken(keyword)}`, applies };
    if (typeof value !== 'object' || value === null || (applies !== undefined && !Array.isArray(value))) continue;
    for (const [key, inner] of Object.entries(value)) {
      const inside = appliesIn(keyword, key);
      if (inside !== undefined && isObject(inner)) yield { schema: inner, pointer: `/${keyword}/${pointerToken(key)}`, applies: inside };
    }
  }
}

/** Every schema of a file, each once. The caller has bounded the depth of the JSON. */
export function* places(schema: SchemaObject, pointer = ''): Generator<Place> {
  yield { schema, pointer };
  for (const inner of subschemas(schema)) yield* places(inner.schema, pointer + inner.pointer);
}

/** The definition that a `$ref` names; only `#/definitions/<name>` is followed. */
export function resolveRef(document: SchemaObject, ref: unknown): SchemaObject | undefined {
  const name = typeof ref === 'string' ? localRef.exec(ref)?.[1] : undefined;
  const definitions = document['definitions'];
  if (name === undefined || !isObject(definitions) || !Object.hasOwn(definitions, name)) return undefined;
  const target = definitions[name];
  return isObject(target) ? target : undefined;
}

function locate(at: string, applies: Subschema['applies'], frozen: boolean): string {
  return frozen || typeof applies === 'string' ? at : `${at}/${applies.child}`;
}

/**
 * Every schema that applies to some value, as often as it does. Does not go below `depthMax`, nor into a `$ref` that it
 * is already in; both can be seen on the occurrence. May be exponential in the size of the file: count while you read.
 */
export function* occurrences(document: SchemaObject, start: Place, depthMax: number): Generator<Occurrence> {
  const pending: (Occurrence & { readonly frozen: boolean })[] = [{ ...start, at: '', depth: 0, refs: [], frozen: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { schema, pointer, at, depth, refs, frozen } = next;
    yield { schema, pointer, at, depth, refs };
    if (depth > depthMax) continue;
    const inside: typeof pending = [];
    for (const inner of subschemas(schema)) {
      if (inner.applies === 'never') continue;
      const place = { schema: inner.schema, pointer: pointer + inner.pointer, at: locate(at, inner.applies, frozen) };
      inside.push({ ...place, depth: depth + 1, refs, frozen: frozen || inner.applies === 'anyKey' });
    }
    const ref = schema['$ref'];
    const target = resolveRef(document, ref);
    if (target !== undefined && typeof ref === 'string' && !refs.includes(ref)) {
      inside.push({ schema: target, pointer: ref.slice(1), at, depth: depth + 1, refs: [...refs, ref], frozen });
    }
    pending.push(...inside.reverse());
  }
}
