import type { IConstruct } from 'constructs';
import { misuse } from '../misuse.ts';

/** Characters of one pattern, of a rule and of a filter alike (AWS). */
const PATTERN_CHARACTERS_MAX = 4_096;
/** Filters of one stream mapping (AWS, without asking for more). */
const FILTERS_MAX = 5;
/** Rules that one service may have on the bus, out of 300 on a bus (AWS). */
const RULES_MAX = 20;

function split(types: readonly string[], lengthOf: (types: readonly string[]) => number): readonly (readonly string[])[] {
  const parts: string[][] = [];
  for (const type of types) {
    const last = parts.at(-1);
    if (last && lengthOf([...last, type]) <= PATTERN_CHARACTERS_MAX) last.push(type);
    else parts.push([type]);
  }
  return parts;
}

function checkCount(scope: IConstruct, what: string, parts: readonly unknown[], max: number, types: readonly string[]): void {
  if (parts.length <= max) return;
  throw misuse(
    scope,
    'TOO_MANY_SUBSCRIPTIONS',
    `${types.length} event types need ${parts.length} ${what}, and AWS takes ${max}: split the service, or give its events shorter names.`,
    { types: types.length, parts: parts.length, max },
  );
}

/** Patterns of a stream mapping: only records of these types invoke the function. Any one of them lets a record through. @throws TOO_MANY_SUBSCRIPTIONS */
export function streamFilters(scope: IConstruct, types: readonly string[]): readonly { readonly pattern: string }[] {
  const pattern = (some: readonly string[]) => JSON.stringify({ data: { type: some } });
  const parts = split(types, (some) => pattern(some).length);
  checkCount(scope, 'filters', parts, FILTERS_MAX, types);
  return parts.map((some) => ({ pattern: pattern(some) }));
}

/** Event types in groups, one rule of the bus each. @throws TOO_MANY_SUBSCRIPTIONS */
export function ruleTypes(scope: IConstruct, types: readonly string[]): readonly (readonly string[])[] {
  const parts = split(types, (some) => JSON.stringify({ 'detail-type': some }).length);
  checkCount(scope, 'rules', parts, RULES_MAX, types);
  return parts;
}
