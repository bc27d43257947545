import { refusePattern, shown } from './refusal.ts';

/** Largest amount, either sign, that operators on numbers take (EventBridge user guide, numeric matching). */
const NUMBER_MAX = 5_000_000_000;
/** Digits after the decimal point that operators on numbers take (same source). */
const DECIMALS_MAX = 6;

type NumberTest = (value: number) => boolean;

const lower: Readonly<Record<string, (bound: number) => NumberTest>> = {
  '>': (bound) => (value) => value > bound,
  '>=': (bound) => (value) => value >= bound,
};
const upper: Readonly<Record<string, (bound: number) => NumberTest>> = {
  '<': (bound) => (value) => value < bound,
  '<=': (bound) => (value) => value <= bound,
};
const equal: Readonly<Record<string, (bound: number) => NumberTest>> = { '=': (bound) => (value) => value === bound };

/** A number that an operator may name. @throws INVALID_EVENT_PATTERN */
export function readNumber(value: unknown, path: string): number {
  if (typeof value !== 'number') refusePattern(path, `needs a number, not ${shown(value)}`);
  if (Math.abs(value) > NUMBER_MAX) refusePattern(path, `has ${value}: AWS compares numbers from -5e9 to 5e9 only; compare it as text`);
  if (Number(value.toFixed(DECIMALS_MAX)) !== value)
    refusePattern(path, `has ${value}: AWS takes ${DECIMALS_MAX} digits after the point at most`);
  return value;
}

/**
 * A test for `[operator, number]` or a range `['>', 0, '<=', 5]`, lower bound first. Values of the event beyond ±5e9 never match.
 * @throws INVALID_EVENT_PATTERN
 */
export function numericTest(operand: unknown, path: string): NumberTest {
  if (!Array.isArray(operand)) refusePattern(path, `needs a list such as [">", 0, "<=", 5], not ${shown(operand)}`);
  if (operand.length !== 2 && operand.length !== 4) {
    refusePattern(path, `has ${operand.length} entries: give an operator and a number, or a lower and an upper bound`);
  }
  const isRange = operand.length === 4;
  const [operator, bound, upperOperator, upperBound] = operand as readonly unknown[];
  const first = bounded(isRange ? lower : { ...equal, ...lower, ...upper }, operator, bound, path, 0);
  if (!isRange) return (value) => Math.abs(value) <= NUMBER_MAX && first(value);
  const second = bounded(upper, upperOperator, upperBound, path, 2);
  if ((bound as number) >= (upperBound as number))
    refusePattern(path, `is an empty range: the lower bound ${bound} must be less than ${upperBound}`);
  return (value) => Math.abs(value) <= NUMBER_MAX && first(value) && second(value);
}

function bounded(
  known: Readonly<Record<string, (bound: number) => NumberTest>>,
  operator: unknown,
  bound: unknown,
  path: string,
  at: number,
): NumberTest {
  const test = typeof operator === 'string' && Object.hasOwn(known, operator) ? known[operator] : undefined;
  if (test === undefined)
    refusePattern(`${path}[${at}]`, `has the operator ${shown(operator)}: use one of ${Object.keys(known).join(' ')}`);
  return test(readNumber(bound, `${path}[${at + 1}]`));
}
