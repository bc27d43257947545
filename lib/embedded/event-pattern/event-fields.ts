import type { Scalar } from './pattern.ts';
import { isObject } from './refusal.ts';

/** Levels of lists inside lists that are searched: as deep as EventBridge lets `detail` nest. */
const EVENT_DEPTH_MAX = 1_000;

/** In which element of which list of the event a value stands: list number to element. */
export type Elements = ReadonlyMap<number, number>;

/** A value at a path of the event. */
export interface FieldValue {
  readonly value: Scalar;
  readonly elements: Elements;
}

interface Walk {
  readonly wanted: ReadonlySet<string>;
  readonly found: Map<string, FieldValue[]>;
  lists: number;
}

/** The path of a field inside `parent`; `undefined` is the event itself. */
export function fieldPath(parent: string | undefined, name: string): string {
  return parent === undefined ? name : `${parent}.${name}`;
}

const outside: Elements = new Map();

/**
 * The values of an event by dotted path, lists left out of the path and remembered beside each value. An object or an
 * empty list is no value: its field counts as absent, as on AWS. Only paths in `wanted` (parents included) are visited.
 */
export function eventFields(
  event: Readonly<Record<string, unknown>>,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, readonly FieldValue[]> {
  const walk: Walk = { wanted, found: new Map(), lists: 0 };
  visitObject(event, undefined, outside, 0, walk);
  return walk.found;
}

function visitObject(
  object: Readonly<Record<string, unknown>>,
  path: string | undefined,
  elements: Elements,
  depth: number,
  walk: Walk,
): void {
  for (const name of Object.keys(object)) {
    const field = fieldPath(path, name);
    if (walk.wanted.has(field)) visit(object[name], field, elements, depth, walk);
  }
}

function visit(value: unknown, field: string, elements: Elements, depth: number, walk: Walk): void {
  if (depth > EVENT_DEPTH_MAX) return;
  if (Array.isArray(value)) {
    const list = walk.lists;
    walk.lists += 1;
    value.forEach((entry: unknown, index) => {
      const isLeaf = typeof entry !== 'object' || entry === null;
      visit(entry, field, isLeaf ? elements : new Map([...elements, [list, index]]), depth + 1, walk);
    });
  } else if (isObject(value)) {
    visitObject(value, field, elements, depth + 1, walk);
  } else if (isScalar(value)) {
    const values = walk.found.get(field);
    if (values === undefined) walk.found.set(field, [{ value, elements }]);
    else values.push({ value, elements });
  }
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number';
}
