import { declares } from './declared.ts';
import { evaluate, isOther, type Verdict } from './evaluate.ts';
import type { Fact, Prover, Signed } from './goal.ts';
import { type Level, patternNode, valuesNode } from './level.ts';
import type { Constraint, OtherProperties } from './node.ts';
import { sizesOf } from './strings.ts';

/** Patterns for property names of which all combinations are looked at. */
const PATTERNS_MAX = 5;

type Of<Kind extends Constraint['kind']> = Fact & { readonly constraint: Extract<Constraint, { readonly kind: Kind }> };

function isOf<Kind extends Constraint['kind']>(fact: Fact, kind: Kind): fact is Of<Kind> {
  return fact.constraint.kind === kind;
}

function signed({ positive, side, constraint }: Fact & { readonly constraint: { readonly node: Signed['node'] } }): Signed {
  return { positive, side, node: constraint.node };
}

/** A property name as the facts see it: a name that they mention, or any other that matches certain patterns. */
interface NameClass {
  readonly name?: string;
  matches(source: string): Verdict;
  isOther(constraint: OtherProperties): Verdict;
}

/** The facts about an object, sorted. */
interface ObjectFacts {
  readonly prover: Prover;
  readonly properties: ReadonlyMap<string, readonly Signed[]>;
  /** What the value of a property, which is there, does not meet. */
  readonly refuted: ReadonlyMap<string, readonly Signed[]>;
  readonly patterns: readonly Of<'patternProperty'>[];
  readonly others: readonly Of<'additionalProperties'>[];
  readonly names: readonly Signed[];
  readonly present: ReadonlySet<string>;
  readonly absent: ReadonlySet<string>;
  readonly classes: readonly NameClass[];
  /** The names that are not mentioned are split by all patterns. */
  readonly isSplit: boolean;
}

function namedClass({ matcher }: Prover, name: string): NameClass {
  return { name, matches: (source) => matcher.matches(source, name), isOther: (constraint) => isOther(matcher, constraint, name) };
}

/** Names that are not mentioned, of which it is known which patterns they match, as far as it is. */
function otherClass(matched: ReadonlyMap<string, boolean>): NameClass {
  const matches = (source: string): Verdict => matched.get(source);
  const isFree = ({ patterns }: OtherProperties): Verdict => {
    if (patterns.some((source) => matches(source) === true)) return false;
    return patterns.every((source) => matches(source) === false) ? true : undefined;
  };
  return { matches, isOther: isFree };
}

/** All names that are not mentioned, split by the patterns that they match; not split when there are too many patterns. */
function otherClasses(sources: readonly string[]): readonly NameClass[] {
  if (sources.length > PATTERNS_MAX) return [otherClass(new Map())];
  return Array.from({ length: 2 ** sources.length }, (_, bits) =>
    otherClass(new Map(sources.map((source, index) => [source, Math.floor(bits / 2 ** index) % 2 === 1]))),
  );
}

/** The classes of names that match, or do not match, these patterns. */
function classesThat({ classes, isSplit }: ObjectFacts, patterns: readonly string[], match: boolean): readonly NameClass[] {
  const known = otherClass(new Map(patterns.map((source) => [source, match])));
  const all = isSplit ? classes : classes.map((each) => (each.name === undefined ? known : each));
  return all.filter((each) => patterns.every((source) => each.matches(source) !== !match));
}

/** What is known of the value of a property. What may or may not apply is left out. */
function valueAt({ properties, patterns, others }: ObjectFacts, name: NameClass): readonly Signed[] {
  return [
    ...((name.name === undefined ? undefined : properties.get(name.name)) ?? []),
    ...patterns.filter(({ constraint }) => name.matches(constraint.source) === true).map(signed),
    ...others.filter(({ constraint }) => name.isOther(constraint) === true).map(signed),
  ];
}

/** Whether no such name is allowed, with more that is known of it. */
function isNameRefused(facts: ObjectFacts, name: NameClass, more: readonly Signed[] = []): boolean {
  const { prover, names, classes, patterns, others } = facts;
  const all = [...names, ...more];
  if (name.name !== undefined) {
    const text = name.name;
    return all.some(({ positive, node }) => evaluate(prover, node, text) === !positive);
  }
  const sources = new Set([
    ...patterns.map(({ constraint }) => constraint.source),
    ...others.flatMap(({ constraint }) => constraint.patterns),
  ]);
  const known: Signed[] = [...sources].flatMap((source) => {
    const matches = name.matches(source);
    return matches === undefined ? [] : [{ positive: matches, side: 'sub', node: patternNode(source) }];
  });
  const mentioned = classes.flatMap((other) => other.name ?? []);
  const isText: Signed = { positive: true, side: 'sub', node: { constraints: [{ kind: 'type', types: ['string'] }] } };
  return prover.isEmpty([...all, ...known, isText, { positive: false, side: 'sub', node: valuesNode(mentioned) }]);
}

/** Whether no property of such a name can be there, with more that is known of its value. */
function isImpossible(facts: ObjectFacts, name: NameClass, more: readonly Signed[] = []): boolean {
  if (name.name !== undefined && facts.absent.has(name.name)) return true;
  return facts.prover.isEmpty([...valueAt(facts, name), ...more]) || isNameRefused(facts, name);
}

function sorted(prover: Prover, facts: readonly Fact[]): ObjectFacts {
  const properties = new Map<string, Signed[]>();
  const refuted = new Map<string, Signed[]>();
  const mentioned = new Set<string>();
  const sources = new Set<string>();
  for (const fact of facts) {
    if (isOf(fact, 'property')) {
      mentioned.add(fact.constraint.name);
      const values = fact.positive ? properties : refuted;
      values.set(fact.constraint.name, [...(values.get(fact.constraint.name) ?? []), signed(fact)]);
    }
    if (isOf(fact, 'required')) mentioned.add(fact.constraint.name);
    if (isOf(fact, 'patternProperty')) sources.add(fact.constraint.source);
    if (isOf(fact, 'additionalProperties')) {
      for (const name of fact.constraint.names) mentioned.add(name);
      for (const source of fact.constraint.patterns) sources.add(source);
    }
  }
  const required = facts.filter((fact) => isOf(fact, 'required'));
  const met = facts.filter(({ positive }) => positive);
  return {
    prover,
    properties,
    refuted,
    patterns: met.filter((fact) => isOf(fact, 'patternProperty')),
    others: met.filter((fact) => isOf(fact, 'additionalProperties')),
    names: met.filter((fact) => isOf(fact, 'propertyNames')).map(signed),
    present: new Set(required.filter(({ positive }) => positive).map(({ constraint }) => constraint.name)),
    absent: new Set(required.filter(({ positive }) => !positive).map(({ constraint }) => constraint.name)),
    classes: [...[...mentioned].map((name) => namedClass(prover, name)), ...otherClasses([...sources])],
    isSplit: sources.size <= PATTERNS_MAX,
  };
}

/** Whether a fact asks for a property that cannot be there. */
function isUnmet(facts: ObjectFacts, fact: Fact, goal: readonly Signed[]): boolean {
  if (fact.positive) return isOf(fact, 'required') && isImpossible(facts, namedClass(facts.prover, fact.constraint.name));
  if (isOf(fact, 'property')) {
    const { name } = fact.constraint;
    if (facts.prover.pragmatic && fact.side === 'super' && !declares(facts.prover, goal, name)) return true;
    // one value: it is also none of what other facts say that it is not
    return isImpossible(facts, namedClass(facts.prover, name), [...(facts.refuted.get(name) ?? []), signed(fact)]);
  }
  if (isOf(fact, 'patternProperty'))
    return classesThat(facts, [fact.constraint.source], true).every((name) => isImpossible(facts, name, [signed(fact)]));
  if (isOf(fact, 'additionalProperties')) {
    const others = classesThat(facts, fact.constraint.patterns, false);
    return others.every((name) => name.isOther(fact.constraint) === false || isImpossible(facts, name, [signed(fact)]));
  }
  if (isOf(fact, 'propertyNames'))
    return facts.classes.every((name) => isNameRefused(facts, name, [signed(fact)]) || isImpossible(facts, name));
  return false;
}

/** The properties that are there in any case. */
function fewest(facts: ObjectFacts, all: readonly Fact[]): number {
  const named = new Set(facts.present);
  let isSome = false;
  for (const fact of all) {
    if (fact.positive) continue;
    if (isOf(fact, 'property')) named.add(fact.constraint.name);
    isSome ||= isOf(fact, 'patternProperty') || isOf(fact, 'additionalProperties') || isOf(fact, 'propertyNames');
  }
  return Math.max(named.size, isSome ? 1 : 0);
}

/** The properties that can be there at most; endless unless all names are known. */
function most(facts: ObjectFacts): number {
  const possible = facts.classes.filter((name) => !isImpossible(facts, name));
  return possible.every(({ name }) => name !== undefined) ? possible.length : Number.POSITIVE_INFINITY;
}

const known = new WeakMap<Level, ObjectFacts>();

function factsOf(prover: Prover, level: Level): ObjectFacts {
  const before = known.get(level);
  if (before !== undefined) return before;
  const facts = sorted(prover, level.facts);
  known.set(level, facts);
  return facts;
}

/**
 * Whether the facts of a level, to which nothing is added any more, leave no value that a property would need not to be as
 * `fact` forbids. A short way for the many properties of an object, each of which is an option.
 */
export function isPropertyRefuted(prover: Prover, level: Level, fact: Fact): boolean {
  return !fact.positive && isOf(fact, 'property') && isUnmet(factsOf(prover, level), fact, level.goal);
}

/** Whether no object meets the facts. `left` tells whether none of a few objects does. */
export function objectContradicts(prover: Prover, level: Level, left: (values: readonly object[]) => boolean): boolean {
  const { facts: all, goal } = level;
  const facts = factsOf(prover, level);
  const { min, max } = sizesOf(all);
  const least = fewest(facts, all);
  if (Math.max(min, least) > max || all.some((fact) => isUnmet(facts, fact, goal))) return true;
  if (max === 0 && left([{}])) return true;
  return min > least && most(facts) < min;
}

/** The properties that the facts name. */
export function declaredNames({ facts }: Level): readonly string[] {
  return [...new Set(facts.flatMap((fact) => (fact.positive && isOf(fact, 'property') ? [fact.constraint.name] : [])))];
}

/** What is known of the value of a property. */
export function propertyValue(prover: Prover, level: Level, name: string): readonly Signed[] {
  return valueAt(factsOf(prover, level), namedClass(prover, name));
}

/** What is known of the value of properties that match, said with the very same pattern. */
export function patternValue({ facts }: Level, source: string): readonly Signed[] {
  return facts.flatMap((fact) =>
    fact.positive && isOf(fact, 'patternProperty') && fact.constraint.source === source ? [signed(fact)] : [],
  );
}

/** What is known of the value of properties that are named nowhere and match no pattern. */
export function otherValue(prover: Prover, level: Level): readonly Signed[] {
  const all = factsOf(prover, level);
  const other = all.classes.find(({ name }) => name === undefined);
  return other === undefined ? [] : valueAt(all, other);
}
