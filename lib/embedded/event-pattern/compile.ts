import { type Combination, readCombinations } from './combination.ts';
import { matchesCombination } from './consistency.ts';
import { eventFields } from './event-fields.ts';
import type { EventPattern } from './pattern.ts';
import { isObject, refusePattern } from './refusal.ts';

/** Characters of a pattern as JSON text (botocore service model of `events`, PutRule). */
const PATTERN_LENGTH_MAX = 4_096;

/**
 * Reads an Amazon EventBridge pattern once, for many events; text is taken as JSON. Refuses what AWS refuses, and three
 * things that AWS takes but few mean: a field named `$or`, conditions for one field in two places, numbers beyond the
 * documented range. Not checked: the complexity limit on several wildcards. The test never throws on a JSON value.
 * Rules from the EventBridge user guide and aws/event-ruler.
 * @throws INVALID_EVENT_PATTERN with the path in `details`
 */
export function compileEventPattern(pattern: EventPattern | object | string): (event: object) => boolean {
  const combinations = readCombinations(plainPattern(pattern));
  const wanted = new Set(combinations.flatMap((combination) => [...combination.keys()].flatMap(withParents)));
  return (event) => isObject(event) && matchesSome(combinations, eventFields(event, wanted));
}

/** Whether an event matches a pattern; compile the pattern where many events are tested. @throws INVALID_EVENT_PATTERN */
export function matchesEventPattern(pattern: EventPattern | object | string, event: object): boolean {
  return compileEventPattern(pattern)(event);
}

function matchesSome(combinations: readonly Combination[], fields: ReturnType<typeof eventFields>): boolean {
  return combinations.some((combination) => matchesCombination(combination, fields));
}

function plainPattern(pattern: unknown): unknown {
  const text = typeof pattern === 'string' ? pattern : patternText(pattern);
  if (text.length > PATTERN_LENGTH_MAX) {
    refusePattern('', `has ${text.length} characters as JSON: AWS takes ${PATTERN_LENGTH_MAX}; split the rule`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    return refusePattern('', `is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

function patternText(pattern: unknown): string {
  if (!isObject(pattern)) refusePattern('', `must be an object or its JSON text, not ${pattern === null ? 'null' : typeof pattern}`);
  try {
    return JSON.stringify(pattern);
  } catch (cause) {
    return refusePattern('', 'cannot be written as JSON: use plain objects, lists, text, numbers, booleans and null', cause);
  }
}

/** `a.b.c` gives `a`, `a.b` and `a.b.c`: a name of the event may hold the dot itself. */
function withParents(path: string): readonly string[] {
  const steps = path.split('.');
  return steps.map((_, index) => steps.slice(0, index + 1).join('.'));
}
