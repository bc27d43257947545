import { ChoreographyError } from '../../contract/errors.ts';

/** Caps that hold before anything walks a value recursively. */
export interface JsonLimits {
  readonly depth: number;
  /** Object keys and array elements, all levels together. */
  readonly nodes: number;
}

type Walk = { nodes: number; readonly limits: JsonLimits; readonly what: string };

/** Keys that change an object's prototype when copied carelessly. */
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Characters of a path in an error: its keys may come from outside. */
const PATH_CHARACTERS_MAX = 200;

function refuse(walk: Walk, code: string, path: string, problem: string): never {
  const place = path.slice(0, PATH_CHARACTERS_MAX);
  throw new ChoreographyError(code, `${walk.what}${place === '' ? '' : ` at ${place}`} ${problem}.`, { details: { path: place } });
}

/** Whether a prototype is that of plain objects; in another realm (Jest runs tests in one) it is not ours. */
function isPlain(prototype: object | null): boolean {
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function copyArray(value: readonly unknown[], walk: Walk, path: string, depth: number): unknown[] {
  return value.map((element, index) => copy(element, walk, `${path}/${index}`, depth + 1));
}

function copyObject(value: object, walk: Walk, path: string, depth: number): object {
  if (!isPlain(Object.getPrototypeOf(value))) {
    refuse(
      walk,
      'NOT_JSON',
      path,
      `is a ${value.constructor?.name ?? 'special object'}; use plain objects, for example date.toISOString()`,
    );
  }
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (forbiddenKeys.has(key)) refuse(walk, 'FORBIDDEN_KEY', path, `has the key "${key}", which could change prototypes; rename it`);
    const element = (value as Record<string, unknown>)[key];
    if (element !== undefined) result[key] = copy(element, walk, `${path}/${key}`, depth + 1);
  }
  return result;
}

function copy(value: unknown, walk: Walk, path: string, depth: number): unknown {
  walk.nodes += 1;
  if (walk.nodes > walk.limits.nodes) refuse(walk, 'TOO_MANY_NODES', path, `has more than ${walk.limits.nodes} keys and elements`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return Object.is(value, -0) ? 0 : value;
    refuse(walk, 'NOT_JSON', path, `is ${value}, which JSON has no form for`);
  }
  if (typeof value !== 'object') refuse(walk, 'NOT_JSON', path, `is a ${typeof value}, which JSON has no form for`);
  if (depth >= walk.limits.depth) refuse(walk, 'TOO_DEEP', path, `is nested deeper than ${walk.limits.depth} levels`);
  return Array.isArray(value) ? copyArray(value, walk, path, depth) : copyObject(value, walk, path, depth);
}

/**
 * A plain copy of a JSON value; what JSON would change silently (dates, maps, NaN) is refused, `undefined` properties are
 * left out. @throws NOT_JSON, TOO_DEEP, TOO_MANY_NODES, FORBIDDEN_KEY
 */
export function copyJson(value: unknown, what: string, limits: JsonLimits): unknown {
  return copy(value, { nodes: 0, limits, what }, '', 0);
}

/** A copy of what is plain JSON already: whoever gets it may change it. */
export function cloneJson<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cloneJson) as Value;
  const result: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) result[key] = cloneJson(part);
  return result as Value;
}
