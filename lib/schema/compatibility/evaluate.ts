import { formats } from '../formats.ts';
import { isObject } from '../schema-set.ts';
import { deepEqual, ucs2length } from '../standalone.ts';
import type { Matcher } from './matches.ts';
import { type Constraint, jsonTypeOf, type Limit, type OtherProperties, type SchemaNode, typeOfConstraint } from './node.ts';

/** Items of a value in a schema that are compared with each other. */
const COMPARED_ITEMS_MAX = 1_000;

/** Whether a value is valid; `undefined` when that cannot be said: an unknown format, a pattern that is not tried. */
export type Verdict = boolean | undefined;

/** What evaluating takes. */
export interface Evaluation {
  readonly matcher: Matcher;
  /** Steps that are left; when there are none, nothing is said. */
  readonly budget: { steps: number };
}

function all(verdicts: Iterable<Verdict>): Verdict {
  let sure = true;
  for (const verdict of verdicts) {
    if (verdict === false) return false;
    if (verdict === undefined) sure = false;
  }
  return sure ? true : undefined;
}

function inverse(verdict: Verdict): Verdict {
  return verdict === undefined ? undefined : !verdict;
}

function some(verdicts: readonly Verdict[]): Verdict {
  return inverse(all(verdicts.map(inverse)));
}

function exactlyOne(verdicts: readonly Verdict[]): Verdict {
  const valid = verdicts.filter((verdict) => verdict === true).length;
  if (valid > 1) return false;
  return verdicts.includes(undefined) ? undefined : valid === 1;
}

/** Whether a number is within a limit. */
function withinLimit({ side, limit, exclusive }: Limit, size: number): boolean {
  if (size === limit) return !exclusive;
  return side === 'min' ? size > limit : size < limit;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return ucs2length(value);
  return Array.isArray(value) ? value.length : Object.keys(value ?? {}).length;
}

function isOfType(value: unknown, type: string): boolean {
  return type === 'integer' ? Number.isInteger(value) : jsonTypeOf(value) === type;
}

function checkFormat(name: string, text: string): Verdict {
  const known = new Map<string, (value: string) => boolean>(Object.entries(formats));
  return known.get(name)?.(text);
}

/** Values by text and number, to find one in a long list; objects and arrays are compared one by one. */
interface ValueIndex {
  readonly simple: ReadonlySet<unknown>;
  readonly composed: readonly unknown[];
}

const indexes = new WeakMap<readonly unknown[], ValueIndex>();

function isComposed(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function indexOf(values: readonly unknown[]): ValueIndex {
  const before = indexes.get(values);
  if (before !== undefined) return before;
  const index = { simple: new Set(values.filter((value) => !isComposed(value))), composed: values.filter(isComposed) };
  indexes.set(values, index);
  return index;
}

/** Whether the items of an array all differ. */
export function allUnique(items: readonly unknown[]): boolean {
  const { simple, composed } = indexOf(items);
  if (simple.size + composed.length < items.length) return false;
  return composed.every((item, index) => !composed.slice(0, index).some((other) => deepEqual(item, other)));
}

function checkItems(evaluation: Evaluation, constraint: Constraint, items: readonly unknown[]): Verdict {
  switch (constraint.kind) {
    case 'item':
      return constraint.index < items.length ? evaluate(evaluation, constraint.node, items[constraint.index]) : true;
    case 'items':
      return all(items.slice(constraint.from).map((item) => evaluate(evaluation, constraint.node, item)));
    case 'contains':
      return some(items.map((item) => evaluate(evaluation, constraint.node, item)));
    default:
      return items.length > COMPARED_ITEMS_MAX ? undefined : allUnique(items);
  }
}

/** Whether a property is one that `additionalProperties` speaks of. */
export function isOther(matcher: Matcher, { names, patterns }: OtherProperties, name: string): Verdict {
  return names.has(name) ? false : all(patterns.map((source) => inverse(matcher.matches(source, name))));
}

/** An implication of which the premise may not be known. */
function implied(premise: Verdict, conclusion: () => Verdict): Verdict {
  return premise === false ? true : some([inverse(premise), conclusion()]);
}

function checkProperties(evaluation: Evaluation, constraint: Constraint, value: Readonly<Record<string, unknown>>): Verdict {
  const { matcher } = evaluation;
  const has = (name: string): boolean => Object.hasOwn(value, name);
  const entries = Object.entries(value);
  switch (constraint.kind) {
    case 'required':
      return has(constraint.name);
    case 'property':
      return has(constraint.name) ? evaluate(evaluation, constraint.node, value[constraint.name]) : true;
    case 'patternProperty':
      return all(
        entries.map(([name, inner]) =>
          implied(matcher.matches(constraint.source, name), () => evaluate(evaluation, constraint.node, inner)),
        ),
      );
    case 'additionalProperties':
      return all(
        entries.map(([name, inner]) => implied(isOther(matcher, constraint, name), () => evaluate(evaluation, constraint.node, inner))),
      );
    case 'propertyNames':
      return all(Object.keys(value).map((name) => evaluate(evaluation, constraint.node, name)));
    case 'dependency':
      return has(constraint.name) ? evaluate(evaluation, constraint.node, value) : true;
    default:
      return undefined;
  }
}

function checkCombined(evaluation: Evaluation, constraint: Constraint, value: unknown): Verdict {
  const check = (node: SchemaNode): Verdict => evaluate(evaluation, node, value);
  switch (constraint.kind) {
    case 'nothing':
      return false;
    case 'type':
      return constraint.types.some((type) => isOfType(value, type));
    case 'values':
      return isComposed(value)
        ? indexOf(constraint.values).composed.some((each) => deepEqual(each, value))
        : indexOf(constraint.values).simple.has(value);
    case 'anyOf':
      return some(constraint.nodes.map(check));
    case 'oneOf':
      return exactlyOne(constraint.nodes.map(check));
    case 'not':
      return inverse(check(constraint.node));
    case 'if': {
      const condition = check(constraint.condition);
      return all([implied(condition, () => check(constraint.yes)), implied(inverse(condition), () => check(constraint.no))]);
    }
    default:
      return undefined;
  }
}

/** Whether a value meets one constraint. */
export function evaluateConstraint(evaluation: Evaluation, constraint: Constraint, value: unknown): Verdict {
  evaluation.budget.steps -= 1;
  if (evaluation.budget.steps < 0) return undefined;
  const type = typeOfConstraint(constraint);
  if (type === undefined) return checkCombined(evaluation, constraint, value);
  if (type !== jsonTypeOf(value)) return true;
  if (constraint.kind === 'limit') return withinLimit(constraint, sizeOf(value));
  if (constraint.kind === 'multipleOf') return Number.isInteger(Number(value) / constraint.divisor);
  if (constraint.kind === 'pattern') return evaluation.matcher.matches(constraint.source, String(value));
  if (constraint.kind === 'format') return checkFormat(constraint.name, String(value));
  if (constraint.kind === 'content') return undefined; // not looked into
  if (Array.isArray(value)) return checkItems(evaluation, constraint, value);
  return isObject(value) ? checkProperties(evaluation, constraint, value) : undefined;
}

/** Whether a value is valid, as the validators of this package see it. */
export function evaluate(evaluation: Evaluation, node: SchemaNode, value: unknown): Verdict {
  return all(node.constraints.map((constraint) => evaluateConstraint(evaluation, constraint, value)));
}
