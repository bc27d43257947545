import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentNode } from '../../../lib/schema/compatibility/constraints.ts';
import { readDocument } from '../../../lib/schema/compatibility/document.ts';
import { evaluate } from '../../../lib/schema/compatibility/evaluate.ts';
import { createMatcher } from '../../../lib/schema/compatibility/matches.ts';
import { createProver } from '../../../lib/schema/compatibility/prove.ts';
import { changed } from './arbitraries.ts';

// Schemas over few words, checked against all values over these words: what is proved has no exception among them.

type Random = (below: number) => number;
type Make = (random: Random) => Record<string, unknown>;

const runs = Number(process.env['COMPATIBILITY_RUNS'] ?? 300);
const seed = Number(process.env['COMPATIBILITY_SEED'] ?? 42);

const simple: readonly unknown[] = [
  true,
  false,
  {},
  { type: 'integer' },
  { type: 'string' },
  { const: 1 },
  { enum: [1, 's'] },
  { minimum: 1 },
  { not: { type: 'string' } },
  { type: ['integer', 'string'] },
];

function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[random(items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

/** Each keyword with some chance. */
function some(random: Random, keywords: Readonly<Record<string, () => unknown>>): Record<string, unknown> {
  const chosen = Object.entries(keywords).filter(() => random(10) < 4);
  return Object.fromEntries(chosen.map(([keyword, make]) => [keyword, make()]));
}

const names = ['a', 'xa', 'y', 'xy'];
const objects: Make = (random) => {
  const inner = (): unknown => pick(random, simple);
  const inners = (keys: readonly string[]): unknown => Object.fromEntries(keys.filter(() => random(3) === 0).map((key) => [key, inner()]));
  const nameRules = [{ enum: ['a', 'xa'] }, { pattern: '^x' }, { maxLength: 1 }, { not: { pattern: '^x' } }, { not: { const: 'a' } }];
  const dependents = [[pick(random, names)], false, { maxProperties: 2 }, { required: ['y'] }, { properties: { a: inner() } }];
  return some(random, {
    type: () => 'object',
    properties: () => inners(names),
    patternProperties: () => inners(['^x', 'y$', '', '^xa$']),
    additionalProperties: () => (random(2) === 0 ? false : inner()),
    required: () => names.filter(() => random(3) === 0),
    propertyNames: () => pick(random, nameRules),
    dependencies: () => ({ [pick(random, names)]: pick<unknown>(random, dependents) }),
    minProperties: () => random(4),
    maxProperties: () => random(4),
  });
};

const numbers: Make = (random) => {
  const limit = (): number => pick(random, [-1, 0, 0.5, 1, 2, 3, 3.5]);
  return some(random, {
    type: () => pick(random, ['integer', 'number']),
    minimum: limit,
    maximum: limit,
    exclusiveMinimum: limit,
    exclusiveMaximum: limit,
    multipleOf: () => pick(random, [0.1, 0.25, 0.3, 0.5, 1, 1.5, 2, 3]),
    enum: () => [0, 1, 2, 3].filter(() => random(2) === 0),
    not: () => ({ enum: [0, 1, 2, 0.5].filter(() => random(2) === 0) }),
  });
};

const arrays: Make = (random) =>
  some(random, {
    type: () => 'array',
    items: () => (random(2) === 0 ? pick(random, simple) : Array.from({ length: 1 + random(2) }, () => pick(random, simple))),
    additionalItems: () => pick(random, simple),
    contains: () => pick(random, simple),
    minItems: () => random(4),
    maxItems: () => random(4),
    uniqueItems: () => true,
  });

const strings: Make = (random) =>
  some(random, {
    type: () => 'string',
    minLength: () => random(4),
    maxLength: () => random(4),
    pattern: () => pick(random, ['^x', 'y$', '', '^$']),
    format: () => 'date',
    enum: () => ['', 'x', 'xy', 'y'].filter(() => random(2) === 0),
    not: () => ({ const: pick(random, ['', 'x']) }),
  });

/** Schemas in schemas that look at the same value. */
function combined(make: Make, random: Random, depth: number): Record<string, unknown> {
  if (depth === 0 || random(2) === 0) return make(random);
  const inner = (): unknown => combined(make, random, depth - 1);
  const conditional = Object.fromEntries(['if', 'then', 'else'].map((keyword) => [keyword, inner()]));
  return pick(random, [
    { anyOf: [inner(), inner()] },
    { oneOf: [inner(), inner()] },
    { allOf: [inner(), inner()] },
    { not: inner() },
    conditional,
  ]);
}

function product(keys: readonly string[], values: readonly unknown[]): readonly Record<string, unknown>[] {
  const [key, ...rest] = keys;
  if (key === undefined) return [{}];
  return product(rest, values).flatMap((object) => [object, ...values.map((value) => ({ ...object, [key]: value }))]);
}

function lists(items: readonly unknown[], length: number): readonly (readonly unknown[])[] {
  return length === 0 ? [[]] : [[], ...lists(items, length - 1).flatMap((list) => items.map((item) => [item, ...list]))];
}

const others: readonly unknown[] = [null, true, 1, 1.5, 's', [], {}];
const eighths = Array.from({ length: 49 }, (_, index) => (index - 16) / 8);
const worlds: readonly (readonly [string, Make, readonly unknown[]])[] = [
  ['objects', objects, product(['q', ...names], [1, 's'])],
  ['numbers', numbers, [...eighths, 0.1, 0.3, 0.6, 0.7, 0.9, 2 ** 53 - 1]],
  ['arrays', arrays, lists([0, 1, 's', 1.5], 4)],
  ['strings', strings, ['', 'x', 'y', 'xy', 'xyy', 'abcd', 'a', 'yx', '2026-01-01', '😀']],
];

test.each(worlds)('%s', (_name, make, world) => {
  let proofs = 0;
  let decided = 0;
  const dice = fc.array(fc.nat(1_000_000), { minLength: 80, maxLength: 80 });
  fc.assert(
    fc.property(dice, fc.integer({ min: 0, max: 3 }), (numbersFrom, changes) => {
      let at = 0;
      const random: Random = (below) => {
        at += 1;
        return below <= 0 ? 0 : ((numbersFrom[at % numbersFrom.length] ?? 0) + at) % below;
      };
      const before = combined(make, random, 2);
      const after = Array.from({ length: changes }).reduce(
        (schema: unknown) => changed(schema, random),
        changes === 0 ? combined(make, random, 2) : before,
      );
      const [sub, node] = readBoth(before, after);
      if (sub === undefined || node === undefined) return;
      const isProved = createProver(false).isEmpty([
        { positive: true, side: 'sub', node: sub },
        { positive: false, side: 'super', node },
      ]);
      const evaluation = { matcher: createMatcher(), budget: { steps: 10_000_000 } };
      const exception = [...world, ...others].find(
        (value) => evaluate(evaluation, sub, value) === true && evaluate(evaluation, node, value) === false,
      );
      if (isProved) expect({ before, after, exception }).toEqual({ before, after });
      proofs += isProved ? 1 : 0;
      decided += isProved || exception !== undefined ? 1 : 0;
    }),
    { numRuns: runs, seed },
  );
  expect(proofs).toBeGreaterThan(runs / 10);
  expect(decided).toBeGreaterThan(runs * 0.8);
});

/** A change may have made something that is no schema; then there is nothing to compare. */
function readBoth(before: unknown, after: unknown): readonly (ReturnType<typeof documentNode> | undefined)[] {
  return [before, after].map((schema) => {
    try {
      return documentNode(readDocument(schema, 'given'));
    } catch {
      return undefined;
    }
  });
}
