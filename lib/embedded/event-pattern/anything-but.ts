import { caselessText } from './letter-case.ts';
import { readNumber } from './numeric.ts';
import type { Scalar } from './pattern.ts';
import { below, isObject, refusePattern, shown } from './refusal.ts';
import { wildcardTest } from './wildcard.ts';

type TextTest = (value: string) => boolean;

const excluded: Readonly<Record<string, (text: string, path: string) => TextTest>> = {
  prefix: (text, path) => notEmpty(text, path, (value) => value.startsWith(text)),
  suffix: (text, path) => notEmpty(text, path, (value) => value.endsWith(text)),
  'equals-ignore-case': (text) => caselessText(text).equals,
  wildcard: wildcardTest,
};

/**
 * A test for every value but the named ones. The field must be in the event. A value of another type is "anything but": a
 * number passes `anything-but: "x"`, and so do null and booleans (aws/event-ruler, ByteMachine).
 * @throws INVALID_EVENT_PATTERN
 */
export function anythingButTest(operand: unknown, path: string): (value: Scalar) => boolean {
  if (!isObject(operand)) return valuesTest(operand, path);
  const [operator = '', ...more] = Object.keys(operand);
  const read = Object.hasOwn(excluded, operator) ? excluded[operator] : undefined;
  if (read === undefined) refusePattern(path, `cannot take the operator "${operator}": use one of ${Object.keys(excluded).join(', ')}`);
  if (more.length > 0) refusePattern(path, `has more than one operator (${Object.keys(operand).join(', ')}): give one`);
  const inner = below(path, operator);
  const tests = listed(operand[operator], inner).map(([entry, at]) => {
    if (typeof entry !== 'string') refusePattern(at, `needs text, not ${shown(entry)}`);
    return read(entry, at);
  });
  return (value) => typeof value !== 'string' || !tests.some((test) => test(value));
}

function valuesTest(operand: unknown, path: string): (value: Scalar) => boolean {
  const entries = listed(operand, path);
  const type = typeof entries[0]?.[0];
  const values = entries.map(([entry, at]) => {
    if (typeof entry !== 'string' && typeof entry !== 'number') refusePattern(at, `needs text or a number, not ${shown(entry)}`);
    if (typeof entry !== type) refusePattern(path, 'mixes text and numbers: give a list of one type');
    return typeof entry === 'number' ? readNumber(entry, at) : entry;
  });
  const named = new Set<Scalar>(values);
  return (value) => !named.has(value);
}

function listed(operand: unknown, path: string): readonly (readonly [entry: unknown, path: string])[] {
  if (!Array.isArray(operand)) return [[operand, path]];
  if (operand.length === 0) refusePattern(path, 'is an empty list: name at least one value');
  return operand.map((entry: unknown, index) => [entry, `${path}[${index}]`]);
}

function notEmpty(text: string, path: string, test: TextTest): TextTest {
  if (text === '') refusePattern(path, 'is empty: every text begins and ends with it, so nothing would ever match');
  return test;
}
