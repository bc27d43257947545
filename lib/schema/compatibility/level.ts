import type { Fact, Prover, Signed } from './goal.ts';
import { anyNode, type Constraint, type JsonType, jsonTypeOf, type SchemaNode, typeOfConstraint } from './node.ts';

/** One of several things that hold: either all facts and schemas of the one option, or of the other. */
export interface Choice {
  readonly options: readonly (readonly (Fact | Signed)[])[];
  /** Comes last: it seldom helps, and has many options. */
  readonly late: boolean;
}

/** What is known of a value of one type: facts that all hold, and choices that are still open. */
export interface Level {
  readonly type: JsonType;
  /** What all of it came from. */
  readonly goal: readonly Signed[];
  readonly facts: Fact[];
  readonly signs: Map<string, boolean>;
  readonly choices: Choice[];
}

/** Alternatives of a `oneOf`; of more, it is not used that a value meets only one. */
const EXCLUSIVE_ALTERNATIVES_MAX = 100;

/** A level at which nothing is known yet. */
export function createLevel(type: JsonType, goal: readonly Signed[]): Level {
  return { type, goal, facts: [], signs: new Map(), choices: [] };
}

/** A copy to add to, without the choice of which one option is added. */
export function branchOf({ type, goal, facts, signs, choices }: Level, without?: Choice): Level {
  return { type, goal, facts: [...facts], signs: new Map(signs), choices: choices.filter((choice) => choice !== without) };
}

type Options = (readonly (Fact | Signed)[])[];

/** What a constraint says of a value of this type at once: always so, never so, or it depends. */
function glance(type: JsonType, { positive, constraint }: Fact): 'always' | 'never' | 'depends' {
  const says = (holds: boolean): 'always' | 'never' => (holds === positive ? 'always' : 'never');
  if (constraint.kind === 'nothing') return says(false);
  if (constraint.kind === 'type') {
    if (constraint.types.includes(type)) return says(true);
    return type === 'number' && constraint.types.includes('integer') ? 'depends' : says(false);
  }
  if (constraint.kind === 'values') return constraint.values.some((value) => jsonTypeOf(value) === type) ? 'depends' : says(false);
  const of = typeOfConstraint(constraint);
  return of === undefined || of === type ? 'depends' : says(true);
}

function choose(level: Level, options: Options, late: boolean): void {
  level.choices.push({ options, late });
}

const later = new WeakMap<readonly SchemaNode[], readonly Constraint[]>();

/** For each alternative but the last: that one of those after it is met as well. */
function laterOnes(nodes: readonly SchemaNode[]): readonly Constraint[] {
  const before = later.get(nodes);
  if (before !== undefined) return before;
  const all = nodes.slice(1).map((_, index): Constraint => ({ kind: 'anyOf', nodes: nodes.slice(index + 1) }));
  later.set(nodes, all);
  return all;
}

function addOneOf(level: Level, { positive, side }: Fact, nodes: readonly SchemaNode[], late: boolean): void {
  const isShort = nodes.length <= EXCLUSIVE_ALTERNATIVES_MAX;
  if (positive) {
    const others = (index: number): readonly Signed[] =>
      isShort ? nodes.flatMap((node, other) => (other === index ? [] : [{ positive: false, side, node, late: true } as const])) : [];
    choose(
      level,
      nodes.map((node, index) => [{ positive: true, side, node }, ...others(index)]),
      late,
    );
  } else if (isShort) {
    const none = nodes.map((node): Signed => ({ positive: false, side, node }));
    const several = laterOnes(nodes).map((constraint, index) => [
      { positive: true, side, node: nodes[index] ?? anyNode },
      { positive: true, side, constraint },
    ]);
    choose(level, [none, ...several], late);
  }
}

/** Adds what a combination of schemas comes to. `undefined` for a constraint that combines none. */
function addCombined(prover: Prover, level: Level, fact: Fact, late: boolean): boolean | undefined {
  const { positive, side, constraint } = fact;
  const signed = (node: SchemaNode, sign = positive): Signed => ({ positive: sign, side, node });
  switch (constraint.kind) {
    case 'not':
      return addSchema(prover, level, signed(constraint.node, !positive), late);
    case 'anyOf':
      if (!positive) return constraint.nodes.every((node) => addSchema(prover, level, signed(node), late));
      choose(
        level,
        constraint.nodes.map((node) => [signed(node)]),
        late,
      );
      return true;
    case 'oneOf':
      addOneOf(level, fact, constraint.nodes, late);
      return true;
    case 'if': {
      const yes = [signed(constraint.condition, true), signed(constraint.yes)];
      choose(level, [yes, [signed(constraint.condition, false), signed(constraint.no)]], late);
      return true;
    }
    case 'dependency': {
      const present = { positive: !positive, side, constraint: { kind: 'required', name: constraint.name } } as const;
      if (positive) choose(level, [[present], [signed(constraint.node)]], late);
      else return addFact(prover, level, { ...present, positive: true }, late) && addSchema(prover, level, signed(constraint.node), late);
      return true;
    }
    default:
      return undefined;
  }
}

/** Adds a fact. `false` when it cannot hold here: the level is empty. */
function addFact(prover: Prover, level: Level, fact: Fact, late: boolean): boolean {
  prover.budget.steps -= 1;
  const seen = glance(level.type, fact);
  if (seen !== 'depends') return seen === 'always';
  const name = prover.names.ofConstraint(fact.constraint);
  const sign = level.signs.get(name);
  if (sign !== undefined) return sign === fact.positive;
  level.signs.set(name, fact.positive);
  const combined = addCombined(prover, level, fact, late);
  if (combined === undefined) level.facts.push(fact);
  return combined ?? true;
}

/** Adds a schema; one that is not met becomes a choice of what in it is not. `false` when the level is empty. */
function addSchema(prover: Prover, level: Level, { positive, side, node }: Signed, late: boolean): boolean {
  const facts = node.constraints.map((constraint): Fact => ({ positive, side, constraint }));
  if (positive) return facts.every((fact) => addFact(prover, level, fact, late));
  const open = facts.filter((fact) => glance(level.type, fact) !== 'never');
  if (open.some((fact) => glance(level.type, fact) === 'always' || holds(prover, level, fact))) return true;
  const [only] = open;
  if (only === undefined) return false;
  if (open.length === 1) return addFact(prover, level, only, late);
  choose(
    level,
    open.map((fact) => [fact]),
    late,
  );
  return true;
}

function holds(prover: Prover, level: Level, { positive, constraint }: Fact): boolean {
  return level.signs.get(prover.names.ofConstraint(constraint)) === positive;
}

/** Adds what holds of the value. `false` when nothing can: the level is empty. */
export function add(prover: Prover, level: Level, item: Fact | Signed): boolean {
  return 'constraint' in item ? addFact(prover, level, item, false) : addSchema(prover, level, item, item.late === true);
}

/** What is known of an item of an option, without looking into values: it holds, it cannot hold, or neither. */
function standing(prover: Prover, level: Level, item: Fact | Signed): 'always' | 'never' | 'depends' {
  if ('constraint' in item) {
    const seen = glance(level.type, item);
    const sign = seen === 'depends' ? level.signs.get(prover.names.ofConstraint(item.constraint)) : undefined;
    if (sign === undefined) return seen;
    return sign === item.positive ? 'always' : 'never';
  }
  const { positive, side, node } = item;
  const all = node.constraints.map((constraint) => standing(prover, level, { positive, side, constraint }));
  const [decisive, other] = positive ? (['never', 'always'] as const) : (['always', 'never'] as const);
  if (all.includes(decisive)) return decisive;
  return all.every((each) => each === other) ? other : 'depends';
}

/** Takes out options that cannot hold, and choices of which one option holds anyway. */
export function simplify(prover: Prover, level: Level): void {
  const left = level.choices.flatMap((choice): Choice[] => {
    const stands = choice.options.map((option) => option.map((item) => standing(prover, level, item)));
    prover.budget.steps -= stands.length;
    if (stands.some((items) => items.every((each) => each === 'always'))) return [];
    return [{ ...choice, options: choice.options.filter((_, index) => !stands[index]?.includes('never')) }];
  });
  level.choices.splice(0, level.choices.length, ...left);
}

/** A schema that allows these values only. */
export function valuesNode(values: readonly unknown[]): SchemaNode {
  const constraint: Constraint = { kind: 'values', values, word: 'enum' };
  return values.length === 0 ? { constraints: [{ kind: 'nothing' }] } : { constraints: [constraint] };
}

/** A schema that allows texts that match. */
export function patternNode(source: string): SchemaNode {
  return source === '' ? anyNode : { constraints: [{ kind: 'pattern', source }] };
}
