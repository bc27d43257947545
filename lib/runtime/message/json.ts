import { ChoreographyError } from '../../contract/errors.ts';
import { byteLength } from './scan.ts';

/** Caps that hold before anything walks a value recursively. */
export interface JsonLimits {
  readonly depth: number;
  /** Object keys and array elements, all levels together. */
  readonly nodes: number;
}

/** `path`: the keys to where the walk is; a text is made of it only for an error. */
type Walk = { nodes: number; readonly limits: JsonLimits; readonly what: string; readonly path: (string | number)[] };

/** Keys that change an object's prototype when copied carelessly. Three comparisons cost less than a look into a set. */
function isForbidden(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype';
}

/** Characters of a path in an error: its keys may come from outside. */
const PATH_CHARACTERS_MAX = 200;

function refuse(walk: Walk, code: string, problem: string): never {
  const place = walk.path
    .map((key) => `/${key}`)
    .join('')
    .slice(0, PATH_CHARACTERS_MAX);
  throw new ChoreographyError(code, `${walk.what}${place === '' ? '' : ` at ${place}`} ${problem}.`, { details: { path: place } });
}

/** Whether a prototype is that of plain objects; in another realm (Jest runs tests in one) it is not ours. */
function isPlain(prototype: object | null): boolean {
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function copyPart(value: unknown, walk: Walk, key: string | number): unknown {
  walk.path.push(key);
  const copied = copy(value, walk);
  walk.path.pop();
  return copied;
}

function copyArray(value: readonly unknown[], walk: Walk): unknown[] {
  return value.map((element, index) => copyPart(element, walk, index));
}

function copyObject(value: object, walk: Walk): object {
  if (!isPlain(Object.getPrototypeOf(value))) {
    refuse(walk, 'NOT_JSON', `is a ${value.constructor?.name ?? 'special object'}; use plain objects, for example date.toISOString()`);
  }
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (isForbidden(key)) refuse(walk, 'FORBIDDEN_KEY', `has the key "${key}", which could change prototypes; rename it`);
    const element = (value as Record<string, unknown>)[key];
    if (element !== undefined) result[key] = copyPart(element, walk, key);
  }
  return result;
}

function copy(value: unknown, walk: Walk): unknown {
  walk.nodes += 1;
  if (walk.nodes > walk.limits.nodes) refuse(walk, 'TOO_MANY_NODES', `has more than ${walk.limits.nodes} keys and elements`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return Object.is(value, -0) ? 0 : value;
    refuse(walk, 'NOT_JSON', `is ${value}, which JSON has no form for`);
  }
  if (typeof value !== 'object') refuse(walk, 'NOT_JSON', `is a ${typeof value}, which JSON has no form for`);
  if (walk.path.length >= walk.limits.depth) refuse(walk, 'TOO_DEEP', `is nested deeper than ${walk.limits.depth} levels`);
  return Array.isArray(value) ? copyArray(value, walk) : copyObject(value, walk);
}

/**
 * A plain copy of a JSON value; what JSON would change silently (dates, maps, NaN) is refused, `undefined` properties are
 * left out. @throws NOT_JSON, TOO_DEEP, TOO_MANY_NODES, FORBIDDEN_KEY
 */
export function copyJson(value: unknown, what: string, limits: JsonLimits): unknown {
  return copy(value, { nodes: 0, limits, what, path: [] });
}

/** Bytes of one UTF-16 unit in JSON, at most: an escaped control character, `\u0001`. */
const BYTES_PER_CHARACTER_MAX = 6;
/** Bytes of a number, `true`, `null` or brackets, and of what stands around a value, at most. */
const BYTES_PER_VALUE_MAX = 28;

/** An upper bound of a value's bytes as JSON, for a small part of the cost of making the text. */
export function bytesAtMost(value: unknown): number {
  if (typeof value === 'string') return value.length * BYTES_PER_CHARACTER_MAX + BYTES_PER_VALUE_MAX;
  if (typeof value !== 'object' || value === null) return BYTES_PER_VALUE_MAX;
  let bytes = BYTES_PER_VALUE_MAX;
  if (Array.isArray(value)) {
    for (const element of value) bytes += bytesAtMost(element);
    return bytes;
  }
  for (const key in value) bytes += key.length * BYTES_PER_CHARACTER_MAX + bytesAtMost((value as Record<string, unknown>)[key]);
  return bytes;
}

/** Bytes of a value as JSON. Exact above `few`; up to it an upper bound, for which no text has to be made. */
export function jsonBytes(value: unknown, few: number): number {
  const upper = bytesAtMost(value);
  return upper <= few ? upper : byteLength(JSON.stringify(value));
}

/** A copy of what is plain JSON already: whoever gets it may change it. */
export function cloneJson<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cloneJson) as Value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) result[key] = cloneJson((value as Record<string, unknown>)[key]);
  return result as Value;
}
