import type { formats } from '../formats.ts';
import { alternatives } from './declared.ts';
import { type Evaluation, evaluate, evaluateConstraint } from './evaluate.ts';
import type { Signed } from './goal.ts';
import type { Constraint, SchemaNode } from './node.ts';

/** Values that are tried to find an example. */
const TRIED_MAX = 400;
/** Values that are made of one schema, at each level. */
const SAMPLES_MAX = 12;
/** Schemas that are looked at for one example. */
const LOOKS_MAX = 2_000;
/** Levels of the values that are made. */
const DEPTH_MAX = 4;
/** Characters of an example in a message. */
const EXAMPLE_LENGTH_MAX = 80;

/** Characters of the texts that are made for a bound. */
const STRETCHED_LENGTH_MAX = 10_000;
/** Characters of a text of which one is repeated to make it longer. */
const STRETCHED_PLACES_MAX = 4;

interface Making {
  readonly depth: number;
  readonly work: { left: number };
}

const simple: readonly unknown[] = [null, true, false, 0, 1, 0.5, -1, '', 'a', [], {}];
const ofFormat: Readonly<Record<keyof typeof formats, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T10:00:00Z',
  email: 'a@example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  time: '10:00:00Z',
  uri: 'https://example.com',
  uuid: '6f1f3c52-8f0c-4f0f-9d7e-1f2b3c4d5e6f',
};

function sized(of: string, size: number): readonly unknown[] {
  if (of === 'number') return [size, size - 1, size + 1];
  const sizes = [size - 1, size, size + 1].filter((each) => each >= 0 && each <= SAMPLES_MAX);
  if (of === 'string') return sizes.map((each) => 'a'.repeat(each));
  return sizes.map((each) => {
    const items = Array.from({ length: each }, (_, index) => index);
    return of === 'array' ? items : Object.fromEntries(items.map((index) => [`k${index}`, index]));
  });
}

/** Values near to what one constraint asks for. */
function near(constraint: Constraint, making: Making): readonly unknown[] {
  switch (constraint.kind) {
    case 'values':
      return constraint.values;
    case 'limit':
      return sized(constraint.of, constraint.limit);
    case 'multipleOf':
      return [constraint.divisor, constraint.divisor * 3];
    case 'format':
      return Object.entries(ofFormat).flatMap(([name, text]) => (name === constraint.name ? [text] : []));
    case 'pattern':
      return literalsOf(constraint.source);
    case 'items':
    case 'contains':
      return samples(constraint.node, making).map((value) => [value]);
    case 'uniqueItems':
      return [[0, 0]];
    case 'anyOf':
    case 'oneOf':
      return constraint.nodes.flatMap((node) => samples(node, making));
    case 'not':
      return samples(constraint.node, making);
    case 'if':
      return [constraint.condition, constraint.yes, constraint.no].flatMap((node) => samples(node, making));
    default:
      return [];
  }
}

/** Texts that a pattern may match: what is written in it without signs, of a class its first or its last character. */
function literalsOf(source: string): readonly string[] {
  const plain = source.replaceAll(/\\[dw]/g, '1');
  return ['$1', '$2'].flatMap((which) => {
    const words = plain.replaceAll(/\[([^\]^\\])[^\]]*?([^\]])?\]/g, which);
    const repeated = words.replaceAll(/(\w)\{(\d{1,2})[^}]*\}/g, (_, letter, count) => letter.repeat(Number(count)));
    return repeated.replaceAll(/[\^$()?*+\\]/g, '').split('|');
  });
}

/** A text made as long as that: cut off, or with one of its first characters, or the last, said again and again. */
function stretched(text: string, length: number): readonly string[] {
  if (length < 0 || length > STRETCHED_LENGTH_MAX) return [];
  if (length <= text.length) return [text.slice(0, length)];
  const places = new Set([...Array.from({ length: Math.min(STRETCHED_PLACES_MAX, text.length) }, (_, place) => place), text.length - 1]);
  return [...places].map((place) => text.slice(0, place) + text.charAt(place).repeat(length - text.length) + text.slice(place));
}

/** Values just within a bound and just beyond it that also suit the patterns, formats and divisors beside it. */
function aroundBound(constraints: readonly Constraint[], bound: Constraint): readonly unknown[] {
  if (bound.kind !== 'limit') return [];
  const around = [bound.limit - 1, bound.limit, bound.limit + 1];
  return constraints.flatMap((constraint): readonly unknown[] => {
    if (bound.of === 'number' && constraint.kind === 'multipleOf') {
      const times = Math.floor(bound.limit / constraint.divisor);
      return [times - 1, times, times + 1].map((each) => each * constraint.divisor);
    }
    if (bound.of !== 'string' || (constraint.kind !== 'pattern' && constraint.kind !== 'format')) return [];
    const texts = near(constraint, { depth: 0, work: { left: 0 } }).filter((text) => typeof text === 'string' && text !== '');
    return (texts as readonly string[]).flatMap((text) => [text, ...around.flatMap((length) => stretched(text, length))]);
  });
}

interface Fields {
  readonly values: Map<string, readonly unknown[]>;
  readonly required: Set<string>;
}

/** The constraints, and those in their alternatives, as if all held. */
function withAlternatives(constraints: readonly Constraint[]): readonly Constraint[] {
  return [...constraints, ...constraints.flatMap((constraint) => alternatives(constraint).flatMap((node) => node.constraints))];
}

function fieldsOf(constraints: readonly Constraint[], making: Making): Fields {
  const fields: Fields = { values: new Map(), required: new Set() };
  for (const constraint of withAlternatives(constraints)) {
    if (constraint.kind === 'required') fields.required.add(constraint.name);
    if (constraint.kind === 'property' || constraint.kind === 'dependency')
      fields.values.set(constraint.name, constraint.kind === 'property' ? samples(constraint.node, making) : [0]);
    if (constraint.kind === 'patternProperty')
      for (const name of literalsOf(constraint.source)) fields.values.set(name, samples(constraint.node, making));
    if (constraint.kind === 'additionalProperties') fields.values.set('other', samples(constraint.node, making));
    if (constraint.kind === 'propertyNames')
      for (const name of samples(constraint.node, making)) if (typeof name === 'string') fields.values.set(name, [0]);
  }
  return fields;
}

/** Objects with the required properties, with all, and with one property at each of its values. */
function objectsOf(constraints: readonly Constraint[], making: Making): readonly unknown[] {
  const { values, required } = fieldsOf(constraints, making);
  if (values.size + required.size === 0) return [];
  const first = (name: string): unknown => (values.get(name) ?? [0])[0] ?? 0;
  const least = Object.fromEntries([...required].map((name) => [name, first(name)]));
  const full = Object.fromEntries([...values.keys(), ...required].map((name) => [name, first(name)]));
  const without = Object.keys(full).map((name) => Object.fromEntries(Object.entries(full).filter(([key]) => key !== name)));
  const varied = [...values].flatMap(([name, several]) =>
    several.flatMap((value) => [
      { ...least, [name]: value },
      { ...full, [name]: value },
    ]),
  );
  return [least, full, ...without, ...varied];
}

function tuplesOf(constraints: readonly Constraint[], making: Making): readonly unknown[] {
  const items = constraints.filter((constraint) => constraint.kind === 'item');
  return items.length === 0 ? [] : [items.map(({ node }) => samples(node, making)[0] ?? 0)];
}

function samples({ constraints }: SchemaNode, making: Making): readonly unknown[] {
  making.work.left -= 1;
  if (making.depth <= 0 || making.work.left < 0) return simple;
  const inner = { ...making, depth: making.depth - 1 };
  const all = [...constraints.flatMap((constraint) => near(constraint, inner)), ...tuplesOf(constraints, inner)];
  return [...objectsOf(constraints, inner).slice(0, SAMPLES_MAX * 2), ...all.slice(0, SAMPLES_MAX * 2), ...simple].slice(
    0,
    SAMPLES_MAX * 4,
  );
}

/**
 * A value that meets `sub` and not the constraint, as JSON; `undefined` when none of those that were tried does, which
 * says nothing. The values are made of what the schemas mention.
 */
export function findExample(evaluation: Evaluation, sub: readonly Signed[], constraint: Constraint): string | undefined {
  const constraints = [...sub.flatMap(({ node }) => node.constraints), constraint];
  const making: Making = { depth: DEPTH_MAX, work: { left: LOOKS_MAX } };
  const tried = [
    ...aroundBound(constraints, constraint),
    ...samples({ constraints }, making),
    ...sub.flatMap(({ node }) => samples(node, making)),
  ].slice(0, TRIED_MAX);
  const found = tried.find(
    (value) =>
      evaluateConstraint(evaluation, constraint, value) === false &&
      sub.every(({ positive, node }) => evaluate(evaluation, node, value) === positive),
  );
  return found === undefined ? undefined : JSON.stringify(found).slice(0, EXAMPLE_LENGTH_MAX);
}
