import { pointerToken } from '../walk.ts';
import { itemsAt, lastEdge } from './arrays.ts';
import { findExample } from './example.ts';
import { type Gap, sameKeyword, soleNode, valueKinds } from './gap.ts';
import type { Prover, Signed } from './goal.ts';
import { add, createLevel, type Level } from './level.ts';
import { type Constraint, type JsonType, type OtherProperties, type SchemaNode, typeOfConstraint } from './node.ts';
import { declaredNames, isPropertyRefuted, otherValue, patternValue, propertyValue } from './objects.ts';

/** Differences of one comparison; more help nobody. */
const GAPS_MAX = 100;
/** Alternatives that are looked into one by one for a better message. */
const ALTERNATIVES_MAX = 20;

/** Levels of a value that are looked into for a difference. */
const DEPTH_MAX = 50;

/** A place in the schemas: what a value there meets, and where it is. */
interface Place {
  readonly sub: readonly Signed[];
  readonly path: string;
  /** The alternatives of `sub` were told apart already. */
  readonly split: boolean;
}

/** Items that the same schema is for. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly node: SchemaNode;
}

interface Comparison {
  readonly prover: Prover;
  readonly gaps: Gap[];
  /** What is being explained, by names: recursion comes back to it, and adds nothing. */
  readonly open: Set<string>;
  /** How often it came back. */
  returns: number;
}

function not(constraint: Constraint): Signed {
  return { positive: false, side: 'super', node: soleNode(constraint) };
}

function isMet({ prover }: Comparison, sub: readonly Signed[], constraint: Constraint): boolean {
  return prover.isEmpty([...sub, not(constraint)]);
}

function allowsNothing({ constraints }: SchemaNode): boolean {
  return constraints.some(({ kind }) => kind === 'nothing');
}

function inside(path: string, token: string): string {
  return `${path}/${pointerToken(token)}`;
}

/** What of the types that a value can have the constraint does not allow. */
function lostTypes({ prover }: Comparison, sub: readonly Signed[], constraint: Constraint): readonly string[] {
  if (constraint.kind !== 'type' && constraint.kind !== 'nothing') return [];
  return valueKinds
    .filter(([, node]) => !prover.isEmpty([...sub, { positive: true, side: 'super', node }, not(constraint)]))
    .map(([name]) => name);
}

/** Constraints that are compared as a whole, so that it takes an example to be certain of a difference. */
function isOpaque({ kind }: Constraint, had: readonly Constraint[]): boolean {
  if (['pattern', 'format', 'multipleOf', 'item', 'items'].includes(kind)) return had.length > 0;
  return ['content', 'anyOf', 'oneOf', 'not', 'if', 'contains', 'dependency', 'propertyNames', 'patternProperty', 'property'].includes(
    kind,
  );
}

/** Constraints that leave only some of the values that a bound seems to, so that it takes an example to be certain. */
const clouds: Readonly<Partial<Record<JsonType, readonly Constraint['kind'][]>>> = {
  string: ['pattern', 'format'],
  number: ['multipleOf'],
};

function isClouded({ kind }: Constraint, type: JsonType | undefined, sub: readonly Signed[]): boolean {
  const kinds = ((kind === 'limit' || type === 'string') && type !== undefined && clouds[type]) || [];
  return sub.some(({ node }) => node.constraints.some((other) => kinds.includes(other.kind)));
}

function report(comparison: Comparison, { sub, path }: Place, constraint: Constraint, isUndeclared = false): void {
  const had = sameKeyword(sub, constraint);
  const spent = comparison.prover.budget.steps < 0;
  const opaque = isOpaque(constraint, had);
  const isHard = !spent && !isUndeclared && (opaque || isClouded(constraint, typeOfConstraint(constraint), sub));
  const found = isHard ? findExample(comparison.prover, sub, constraint) : undefined;
  const certain = !spent && (!isHard || found !== undefined);
  const example = opaque ? found : undefined; // of a bound, the bound says it
  const types = lostTypes(comparison, sub, constraint);
  comparison.gaps.push({ path, constraint, had, types, isUndeclared, certain, ...(example === undefined ? {} : { example }) });
}

function explainOthers(comparison: Comparison, place: Place, level: Level, constraint: OtherProperties): void {
  const { prover } = comparison;
  const { path, split } = place;
  const names = declaredNames(level);
  for (const name of names) {
    const property: Constraint = { kind: 'property', name, node: constraint.node };
    if (constraint.names.has(name) || constraint.patterns.some((source) => prover.matcher.matches(source, name) !== false)) continue;
    if (isMet(comparison, place.sub, property)) continue;
    const here = { sub: propertyValue(prover, level, name), path: inside(path, name), split };
    if (allowsNothing(constraint.node)) report(comparison, here, { kind: 'nothing' }, true);
    else explain(comparison, here, constraint.node);
  }
  const rest: OtherProperties = { ...constraint, names: new Set([...constraint.names, ...names]) };
  if (isMet(comparison, place.sub, rest)) return;
  const others = otherValue(prover, level);
  if (others.length > 0 && !allowsNothing(constraint.node)) explain(comparison, { sub: others, path: `${path}/*`, split }, constraint.node);
  else report(comparison, place, constraint);
}

function explainItems(comparison: Comparison, { path, split }: Place, level: Level, { from, to, node }: Stretch): void {
  const last = lastEdge(level.facts);
  for (let position = from; position < Math.max(to, from + 1) && position <= Math.max(last, from); position += 1) {
    const sub = itemsAt(level.facts, position);
    if (sub.length === 0 || comparison.prover.isEmpty([...sub, { positive: false, side: 'super', node }])) continue;
    const token = position >= last && to === Number.POSITIVE_INFINITY ? '*' : `${position}`;
    explain(comparison, { sub, path: `${path}/${token}`, split }, node);
    if (token === '*') return;
  }
}

/** Alternatives are compared with those at the same position: that is where one was changed. */
function explainAlternatives(comparison: Comparison, place: Place, constraint: Constraint): void {
  const [had] = sameKeyword(place.sub, constraint);
  if (!('nodes' in constraint) || had === undefined || !('nodes' in had)) return;
  if (had.nodes.length !== constraint.nodes.length || had.nodes.length > ALTERNATIVES_MAX) return;
  for (const [index, node] of had.nodes.entries()) {
    const sub: Signed[] = [{ positive: true, side: 'sub', node }];
    const other = constraint.nodes[index];
    if (other === undefined || isMet(comparison, sub, constraint)) continue;
    explain(comparison, { ...place, sub }, other);
  }
}

/** Goes to where in the value the difference is. Reports nothing when it is here. */
function descend(comparison: Comparison, place: Place, level: Level, constraint: Constraint): void {
  const { path, split } = place;
  if (constraint.kind === 'property') {
    const sub = propertyValue(comparison.prover, level, constraint.name);
    const there = { sub, path: inside(path, constraint.name), split };
    if (sub.length === 0 || allowsNothing(constraint.node)) report(comparison, there, constraint, true);
    else explain(comparison, there, constraint.node);
  } else if (constraint.kind === 'patternProperty') {
    const sub = patternValue(level, constraint.source);
    if (sub.length > 0) explain(comparison, { sub, path: inside(path, constraint.source), split }, constraint.node);
  } else if (constraint.kind === 'additionalProperties') explainOthers(comparison, place, level, constraint);
  else if (constraint.kind === 'item')
    explainItems(comparison, place, level, { from: constraint.index, to: constraint.index + 1, node: constraint.node });
  else if (constraint.kind === 'items' && !allowsNothing(constraint.node))
    explainItems(comparison, place, level, { from: constraint.from, to: Number.POSITIVE_INFINITY, node: constraint.node });
  else if (constraint.kind === 'required') {
    const { prover } = comparison;
    const value = propertyValue(prover, level, constraint.name);
    const isNew = value.length === 0 || prover.isEmpty(value); // a closed object has no value for it
    report(comparison, { ...place, path: inside(path, constraint.name) }, constraint, isNew);
  } else explainAlternatives(comparison, place, constraint);
}

/** What of `sub`, one for each of its alternatives, does not meet the constraint. */
function alternatives(comparison: Comparison, { sub, split }: Place, level: Level, constraint: Constraint): readonly (readonly Signed[])[] {
  const choice = split ? undefined : level.choices.find(({ late, options }) => !late && options.length <= ALTERNATIVES_MAX);
  if (choice === undefined) return [sub];
  const each = choice.options.map((option) => [
    ...sub,
    ...option.map(
      (item): Signed => ('node' in item ? item : { positive: item.positive, side: item.side, node: soleNode(item.constraint) }),
    ),
  ]);
  return each.filter((some) => !isMet(comparison, some, constraint));
}

function explainConstraint(comparison: Comparison, place: Place, constraint: Constraint): void {
  const type = typeOfConstraint(constraint);
  const before = comparison.gaps.length;
  const { returns } = comparison;
  if (type !== undefined) {
    const whole = createLevel(type, place.sub);
    if (!place.sub.every((item) => add(comparison.prover, whole, item))) return;
    for (const sub of alternatives(comparison, place, whole, constraint)) {
      const level = createLevel(type, sub);
      if (sub.every((item) => add(comparison.prover, level, item)))
        descend(comparison, { ...place, sub, split: place.split || sub !== place.sub }, level, constraint);
    }
  } else {
    descend(comparison, place, createLevel('object', place.sub), constraint);
  }
  if (comparison.gaps.length === before && comparison.returns === returns) report(comparison, place, constraint);
}

/** The short way for what makes a schema long: properties, and what is said of objects in the very same words. */
function isPlainlyMet(prover: Prover, level: Level, constraint: Constraint): boolean {
  if (typeOfConstraint(constraint) !== 'object') return false;
  return (
    level.signs.get(prover.names.ofConstraint(constraint)) === true ||
    isPropertyRefuted(prover, level, { positive: false, side: 'super', constraint })
  );
}

function explain(comparison: Comparison, place: Place, node: SchemaNode): void {
  const { prover, gaps, open } = comparison;
  const key = [node, ...place.sub.map((item) => item.node)].map((each) => prover.names.ofNode(each)).join();
  if (open.has(key)) {
    comparison.returns += 1;
    return;
  }
  if (open.size >= DEPTH_MAX) return;
  open.add(key);
  const level = createLevel('object', place.sub);
  const isObject = place.sub.every((item) => add(prover, level, item));
  for (const constraint of node.constraints) {
    if (isObject && isPlainlyMet(prover, level, constraint)) continue;
    if (prover.budget.steps < 0 && gaps.some(({ certain }) => !certain)) break;
    if (gaps.length < GAPS_MAX && !isMet(comparison, place.sub, constraint)) explainConstraint(comparison, place, constraint);
  }
  open.delete(key);
}

/** Where values that `sub` allows are, or may be, not valid under `node`. Empty only when it is proved that there are none. */
export function compareNodes(prover: Prover, sub: SchemaNode, node: SchemaNode): readonly Gap[] {
  const whole: Signed = { positive: true, side: 'sub', node: sub };
  const comparison: Comparison = { prover, gaps: [], open: new Set(), returns: 0 };
  if (prover.isEmpty([whole, { positive: false, side: 'super', node }])) return [];
  explain(comparison, { sub: [whole], path: '', split: false }, node);
  if (comparison.gaps.length === 0) {
    comparison.gaps.push({ path: '', constraint: { kind: 'not', node }, had: [], types: [], isUndeclared: false, certain: false });
  }
  return comparison.gaps;
}
