import { arrayContradicts } from './arrays.ts';
import { evaluate, evaluateConstraint } from './evaluate.ts';
import type { Fact, Prover, Signed } from './goal.ts';
import { add, branchOf, type Choice, createLevel, type Level, simplify } from './level.ts';
import { createMatcher } from './matches.ts';
import { createNodeNames, type JsonType, jsonTypeOf } from './node.ts';
import { numberContradicts } from './numbers.ts';
import { isPropertyRefuted, objectContradicts } from './objects.ts';
import { stringContradicts } from './strings.ts';

/** Steps of one comparison of two schemas; a step looks at one constraint or one alternative. */
const STEPS_MAX = 1_000_000;
/** Goals in goals: levels of a value that are looked into. */
const GOAL_DEPTH_MAX = 100;

const types: readonly JsonType[] = ['null', 'boolean', 'number', 'string', 'array', 'object'];

function contradictory(holds: boolean, verdict: boolean | undefined): boolean {
  return verdict !== undefined && verdict !== holds;
}

/** The values of this type, where the facts leave only some. */
function candidates({ type, facts }: Level): readonly unknown[] | undefined {
  if (type === 'null') return [null];
  if (type === 'boolean') return [true, false];
  for (const { positive, constraint } of facts) {
    if (positive && constraint.kind === 'values') return constraint.values.filter((value) => jsonTypeOf(value) === type);
  }
  return undefined;
}

function refutes(prover: Prover, facts: readonly Fact[], value: unknown): boolean {
  return facts.some(({ positive, constraint }) => contradictory(positive, evaluateConstraint(prover, constraint, value)));
}

function contradicts(prover: Prover, level: Level): boolean {
  const { type, facts } = level;
  const values = candidates(level);
  if (values !== undefined) return values.every((value) => refutes(prover, facts, value));
  const left = (rest: readonly unknown[]): boolean => rest.every((value) => refutes(prover, facts, value));
  if (type === 'number') return numberContradicts(facts, left);
  if (type === 'string') return stringContradicts(facts, left);
  return type === 'array' ? arrayContradicts(prover, facts, left) : objectContradicts(prover, level, left);
}

/** Whether one of the options holds anyway, so that the choice says nothing new. */
function isMet(prover: Prover, level: Level, { options }: Choice): boolean {
  return options.some((option) => {
    const [only] = option;
    if (only === undefined || option.length > 1) return option.length === 0;
    const opposite = branchOf(level);
    return !add(prover, opposite, { ...only, positive: !only.positive }) || contradicts(prover, opposite);
  });
}

function byOptions(left: Choice, right: Choice): number {
  return left.options.length - right.options.length;
}

/** The choice to look at next: few options first, late ones last and only if they say something. */
function nextChoice(prover: Prover, level: Level): Choice | undefined {
  const early = level.choices.filter(({ late }) => !late).sort(byOptions)[0];
  return early ?? [...level.choices].sort(byOptions).find((choice) => !isMet(prover, level, choice));
}

/** Whether no value meets the facts and one option of each choice. */
function isClosed(prover: Prover, level: Level): boolean {
  prover.budget.steps -= level.facts.length + 1;
  if (prover.budget.steps < 0) return false;
  if (contradicts(prover, level)) return true;
  simplify(prover, level);
  const choice = nextChoice(prover, level);
  if (choice === undefined) return false;
  return choice.options.every((option) => {
    const [only] = option;
    if (option.length === 1 && only !== undefined && 'constraint' in only && isPropertyRefuted(prover, level, only)) return true;
    const branch = branchOf(level, choice);
    return !option.every((item) => add(prover, branch, item)) || isClosed(prover, branch);
  });
}

function isTypeEmpty(prover: Prover, goal: readonly Signed[], type: JsonType): boolean {
  const level = createLevel(type, goal);
  if (!goal.every((item) => add(prover, level, item))) return true;
  const values = candidates(level);
  if (values === undefined) return isClosed(prover, level);
  return values.every((value) => goal.some(({ positive, node }) => contradictory(positive, evaluate(prover, node, value))));
}

function isProved(prover: Prover, goal: readonly Signed[], key: string): boolean {
  const depth = prover.open.size;
  const outside = prover.counted;
  prover.counted = Number.POSITIVE_INFINITY;
  prover.open.set(key, depth);
  const proved = types.every((type) => isTypeEmpty(prover, goal, type));
  prover.open.delete(key);
  if (!proved || prover.counted >= depth) prover.proved.set(key, proved);
  prover.counted = Math.min(outside, prover.counted < depth ? prover.counted : Number.POSITIVE_INFINITY);
  return proved;
}

/**
 * A prover for one comparison. Whether a goal is empty is shown by contradiction, for each type of values: schemas become
 * facts and choices, and every way through the choices must end in facts that no value can meet. What is not understood
 * is left out, which can only hide a contradiction, never make one.
 *
 * A goal that is met again inside itself is taken to be empty there: it is then about a part of the value, and values are
 * finite, so a smallest value that meets it would have a smaller one inside.
 */
export function createProver(pragmatic: boolean): Prover {
  const names = createNodeNames();
  const prover: Prover = {
    names,
    pragmatic,
    matcher: createMatcher(),
    budget: { steps: STEPS_MAX },
    proved: new Map(),
    open: new Map(),
    counted: Number.POSITIVE_INFINITY,
    isEmpty(goal) {
      const met = new Set(goal.filter(({ positive }) => positive).map(({ node }) => names.ofNode(node)));
      if (goal.some(({ positive, node }) => !positive && met.has(names.ofNode(node)))) return true;
      const signs = goal.map(({ positive, side, node }) => `${side === 'sub' ? '<' : '>'}${positive ? '+' : '-'}${names.ofNode(node)}`);
      const key = [...new Set(signs)].sort().join(' ');
      const before = prover.proved.get(key);
      if (before !== undefined) return before;
      const open = prover.open.get(key);
      if (open !== undefined) prover.counted = Math.min(prover.counted, open);
      if (open !== undefined || prover.open.size >= GOAL_DEPTH_MAX || prover.budget.steps < 0) return open !== undefined;
      return isProved(prover, goal, key);
    },
  };
  return prover;
}
