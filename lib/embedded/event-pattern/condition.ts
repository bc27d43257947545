import { anythingButTest } from './anything-but.ts';
import { cidrTest, ipBytes, isSameIp } from './ip-address.ts';
import { type CaselessText, caselessText } from './letter-case.ts';
import { numericTest } from './numeric.ts';
import type { Scalar } from './pattern.ts';
import { below, isObject, refusePattern, shown } from './refusal.ts';
import { wildcardTest } from './wildcard.ts';

type ValueTest = (value: Scalar) => boolean;

/** One entry of a field's list: a test of a value that is there, or "the field is not there". */
export type Condition = { readonly kind: 'value'; readonly test: ValueTest } | { readonly kind: 'absent' };

const operators: Readonly<Record<string, (operand: unknown, path: string) => Condition>> = {
  exactly: (operand, path) => onText((text) => (value) => value === text, operand, path),
  prefix: (operand, path) =>
    textOrCaseless(
      (text) => (value) => value.startsWith(text),
      (text) => text.begins,
      operand,
      path,
    ),
  suffix: (operand, path) =>
    textOrCaseless(
      (text) => (value) => value.endsWith(text),
      (text) => text.ends,
      operand,
      path,
    ),
  'equals-ignore-case': (operand, path) => onText((text) => caselessText(text).equals, operand, path),
  wildcard: (operand, path) => onText((text) => wildcardTest(text, path), operand, path),
  cidr: (operand, path) => onText((text) => cidrTest(text, path), operand, path),
  numeric: (operand, path) => {
    const test = numericTest(operand, path);
    return onValue((value) => typeof value === 'number' && test(value));
  },
  'anything-but': (operand, path) => onValue(anythingButTest(operand, path)),
  exists: (operand, path) => {
    if (typeof operand !== 'boolean') refusePattern(path, `needs true or false, not ${shown(operand)}`);
    return operand ? onValue(() => true) : { kind: 'absent' };
  },
};

/** Reads one entry of a field's list. @throws INVALID_EVENT_PATTERN */
export function readCondition(entry: unknown, path: string): Condition {
  if (typeof entry === 'string') return plainText(entry);
  if (entry === null || typeof entry === 'boolean' || typeof entry === 'number') return onValue((value) => value === entry);
  if (!isObject(entry)) refusePattern(path, `needs a string, number, boolean, null or an object with one operator, not ${shown(entry)}`);
  const names = Object.keys(entry);
  const [name = ''] = names;
  if (names.length !== 1) refusePattern(path, `needs exactly one operator, not ${names.length === 0 ? 'none' : names.join(', ')}`);
  const read = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (read === undefined) refusePattern(path, `has the unknown operator "${name}": use one of ${Object.keys(operators).join(', ')}`);
  return read(entry[name], below(path, name));
}

/** A plain IP address matches every way of writing that address, as in aws/event-ruler (CIDR.ipToRangeIfPossible). */
function plainText(text: string): Condition {
  const address = ipBytes(text);
  if (address === undefined) return onValue((value) => value === text);
  return onValue((value) => typeof value === 'string' && (value === text || isSameIp(address, ipBytes(value))));
}

function textOrCaseless(
  exact: (text: string) => (value: string) => boolean,
  caseless: (text: CaselessText) => (value: string) => boolean,
  operand: unknown,
  path: string,
): Condition {
  if (!isObject(operand)) return onText(exact, operand, path);
  const names = Object.keys(operand);
  if (names.length !== 1 || names[0] !== 'equals-ignore-case') {
    refusePattern(path, `takes text or {"equals-ignore-case": text}, not ${shown(operand)}`);
  }
  return onText((text) => caseless(caselessText(text)), operand['equals-ignore-case'], below(path, 'equals-ignore-case'));
}

function onText(make: (text: string) => (value: string) => boolean, operand: unknown, path: string): Condition {
  if (typeof operand !== 'string') refusePattern(path, `needs text, not ${shown(operand)}`);
  const test = make(operand);
  return onValue((value) => typeof value === 'string' && test(value));
}

function onValue(test: ValueTest): Condition {
  return { kind: 'value', test };
}
