import { type Condition, readCondition } from './condition.ts';
import { fieldPath } from './event-fields.ts';
import { below, isObject, refusePattern, shown } from './refusal.ts';

/** Combinations that the `$or` lists of one pattern may multiply to (EventBridge user guide, "$or"). */
const COMBINATIONS_MAX = 1_000;
/** Levels of nesting of a pattern. AWS names no limit; no event of ours is that deep. */
const PATTERN_DEPTH_MAX = 100;

/** Field names that mean an operator inside `$or`, now or later; refused there, so that a misplaced operator is not read as a field (aws/event-ruler, Constants). */
const reservedInOr = new Set([
  ...[
    'exactly',
    'equals-ignore-case',
    'prefix',
    'suffix',
    'anything-but',
    'exists',
    'wildcard',
    'numeric',
    'cidr',
    '=',
    '<',
    '<=',
    '>=',
    '>',
  ],
  ...['regex', 'not-wildcard', 'not-equals-ignore-case', 'date-after', 'date-on-or-after', 'date-before', 'date-on-or-before'],
  ...['in-date-range', 'ip-address-in-range', 'ip-address-not-in-range'],
]);

/** One way to satisfy a pattern: conditions by dotted path; all fields must match, one condition each. */
export type Combination = ReadonlyMap<string, readonly Condition[]>;

interface Place {
  /** Where in the pattern, for messages. */
  readonly path: string;
  /** Where in the event. */
  readonly field: string | undefined;
  readonly depth: number;
  readonly inOr: boolean;
}

/** All ways to satisfy a pattern: one without `$or`. @throws INVALID_EVENT_PATTERN */
export function readCombinations(pattern: unknown): readonly Combination[] {
  return readObject(pattern, { path: '', field: undefined, depth: 1, inOr: false });
}

function readObject(value: unknown, place: Place): readonly Combination[] {
  if (!isObject(value)) refusePattern(place.path, `must be an object, not ${shown(value)}`);
  const names = Object.keys(value);
  if (names.length === 0) refusePattern(place.path, 'is an empty object: name at least one field');
  if (place.depth > PATTERN_DEPTH_MAX)
    refusePattern(place.path, `is nested more than ${PATTERN_DEPTH_MAX} levels deep: match on fewer levels`);
  return names.reduce<readonly Combination[]>((sofar, name) => joined(sofar, readField(name, value[name], place), place.path), [new Map()]);
}

function readField(name: string, value: unknown, place: Place): readonly Combination[] {
  const path = below(place.path, name);
  if (name === '$or') return readOr(value, { ...place, path });
  if (place.inOr && reservedInOr.has(name))
    refusePattern(path, `uses the operator name "${name}" as a field inside $or: put it into a list below a field`);
  const field = fieldPath(place.field, name);
  if (isObject(value)) return readObject(value, { ...place, path, field, depth: place.depth + 1 });
  if (!Array.isArray(value)) refusePattern(path, `must be a list of values or an object, not ${shown(value)}: write [${shown(value)}]`);
  if (value.length === 0) refusePattern(path, 'is an empty list: give at least one value');
  return [new Map([[field, value.map((entry, index) => readCondition(entry, `${path}[${index}]`))]])];
}

function readOr(value: unknown, place: Place): readonly Combination[] {
  if (!Array.isArray(value)) refusePattern(place.path, `must be a list of patterns, not ${shown(value)}`);
  if (value.length < 2) refusePattern(place.path, `has ${value.length} entries: give at least 2 patterns to choose from`);
  const all = value.flatMap((entry, index) =>
    readObject(entry, { ...place, path: `${place.path}[${index}]`, depth: place.depth + 1, inOr: true }),
  );
  return checkCount(all.length, place.path) ? all : [];
}

function joined(left: readonly Combination[], right: readonly Combination[], path: string): readonly Combination[] {
  checkCount(left.length * right.length, path);
  return left.flatMap((a) =>
    right.map((b) => {
      for (const field of b.keys()) {
        if (a.has(field))
          refusePattern(path, `has conditions for ${field} in two places that apply together, of which AWS keeps one: name the field once`);
      }
      return new Map([...a, ...b]);
    }),
  );
}

function checkCount(count: number, path: string): true {
  if (count > COMBINATIONS_MAX)
    refusePattern(path, `multiplies to ${count} combinations of $or: AWS takes ${COMBINATIONS_MAX}; use fewer or split the rule`);
  return true;
}
