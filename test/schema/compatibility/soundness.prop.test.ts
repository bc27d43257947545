import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isChoreographyError } from '../../../lib/contract/errors.ts';
import { type CompatibilityMode, type ContentModel, checkCompatibility } from '../../../lib/schema/compatibility/check-compatibility.ts';
import { documentNode } from '../../../lib/schema/compatibility/constraints.ts';
import { readDocument } from '../../../lib/schema/compatibility/document.ts';
import { evaluate } from '../../../lib/schema/compatibility/evaluate.ts';
import { createMatcher } from '../../../lib/schema/compatibility/matches.ts';
import { compileSchema } from '../../../lib/schema/compile-schema.ts';
import { type AnySchema, changed, documents, near, values } from './arbitraries.ts';

/** More by hand: COMPATIBILITY_RUNS=20000 COMPATIBILITY_SEED=7 npx vitest run test/schema/compatibility */
const runs = Number(process.env['COMPATIBILITY_RUNS'] ?? 80);
const seed = Number(process.env['COMPATIBILITY_SEED'] ?? 42);
const parameters = { numRuns: runs, seed };

function compatible(
  mode: CompatibilityMode,
  proposed: AnySchema,
  existing: readonly AnySchema[],
  contentModel: ContentModel = 'strict',
): boolean {
  return checkCompatibility({ mode, proposed, existing, contentModel }).compatible;
}

/** Numbers from a list, around and around. */
function randomOf(numbers: readonly number[]): (below: number) => number {
  let at = 0;
  return (below) => {
    at += 1;
    return below <= 0 ? 0 : ((numbers[at % numbers.length] ?? 0) + at) % below;
  };
}

const dice = fc.array(fc.nat(10_000), { minLength: 50, maxLength: 50 }).map(randomOf);
/** A schema and one that is near to it, or any other. */
const pairs = fc.tuple(documents, documents, dice, fc.integer({ min: 0, max: 3 })).map(([before, other, random, changes]) => ({
  before,
  after:
    changes === 0 ? other : (Array.from({ length: changes }).reduce((schema: unknown) => changed(schema, random), before) as AnySchema),
  random,
}));

/** Whether the schemas are valid: changes may break one. */
function areSchemas(...schemas: readonly AnySchema[]): boolean {
  try {
    return checkCompatibility({ mode: 'NONE', proposed: true, existing: schemas }).compatible;
  } catch (error) {
    if (isChoreographyError(error, 'INVALID_SCHEMA')) return false;
    throw error;
  }
}

describe('a verdict is never contradicted', () => {
  test('by a value that one schema allows and the other does not, as a compiled validator sees it', () => {
    let verdicts = 0;
    fc.assert(
      fc.property(pairs, fc.array(values, { maxLength: 10 }), ({ before, after, random }, more) => {
        fc.pre(areSchemas(before, after));
        if (!compatible('BACKWARD', after, [before])) return;
        verdicts += 1;
        const [old, now] = [compileSchema(before), compileSchema(after)];
        const tried = Array.from({ length: 40 }, (_, index) => near(index % 2 === 0 ? before : after, random));
        for (const value of [...tried, ...more]) if (old(value).valid) expect([value, now(value).valid]).toEqual([value, true]);
      }),
      parameters,
    );
    expect(verdicts).toBeGreaterThan(runs / 16);
  });

  test('by itself: every schema is compatible with itself, written anew', () => {
    fc.assert(
      fc.property(documents, (schema) => {
        fc.pre(areSchemas(schema));
        expect(checkCompatibility({ mode: 'FULL', proposed: structuredClone(schema), existing: [schema], contentModel: 'strict' })).toEqual(
          {
            compatible: true,
            differences: [],
          },
        );
      }),
      parameters,
    );
  });

  test('by the other direction: FORWARD is BACKWARD with the schemas changed over', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom<ContentModel>('strict', 'pragmatic'), ({ before, after }, model) => {
        fc.pre(areSchemas(before, after));
        expect(compatible('FORWARD', after, [before], model)).toBe(compatible('BACKWARD', before, [after], model));
      }),
      parameters,
    );
  });

  test('by the single schemas: the _ALL modes ask for all, FULL asks for both directions', () => {
    fc.assert(
      fc.property(pairs, documents, ({ before, after }, oldest) => {
        fc.pre(areSchemas(before, after, oldest));
        const each = (mode: CompatibilityMode): boolean => [oldest, before].every((old) => compatible(mode, after, [old]));
        for (const mode of ['BACKWARD', 'FORWARD', 'FULL'] as const)
          expect(compatible(`${mode}_ALL`, after, [oldest, before])).toBe(each(mode));
        expect(compatible('FULL', after, [oldest, before])).toBe(
          compatible('BACKWARD', after, [before]) && compatible('FORWARD', after, [before]),
        );
      }),
      { ...parameters, numRuns: runs / 2 },
    );
  });

  test('by contentModel: what is compatible strictly is compatible', () => {
    fc.assert(
      fc.property(pairs, ({ before, after }) => {
        fc.pre(areSchemas(before, after) && compatible('BACKWARD', after, [before]));
        expect(compatible('BACKWARD', after, [before], 'pragmatic')).toBe(true);
      }),
      parameters,
    );
  });
});

test('values are judged as the compiled validator judges them', () => {
  fc.assert(
    fc.property(documents, dice, fc.array(values, { maxLength: 10 }), (schema, random, more) => {
      fc.pre(areSchemas(schema));
      const node = documentNode(readDocument(schema, 'given'));
      const validate = compileSchema(schema);
      for (const value of [...more, ...Array.from({ length: 20 }, () => near(schema, random))]) {
        const verdict = evaluate({ matcher: createMatcher(), budget: { steps: 100_000 } }, node, value);
        expect([value, verdict]).toEqual([value, validate(value).valid]);
      }
    }),
    parameters,
  );
});

describe('a change that allows more is found to do so', () => {
  const text = { type: 'string', minLength: 2, maxLength: 5, pattern: '^a' };
  const part = fc.constantFrom<AnySchema>(
    text,
    { type: 'integer', minimum: 1, maximum: 9 },
    { enum: ['a', 'b', 3] },
    { type: 'array', items: text, minItems: 1, maxItems: 4, uniqueItems: true },
    { oneOf: [text, { type: 'number', exclusiveMinimum: 0 }] },
    { type: 'object', properties: { c: text }, required: ['c'], additionalProperties: false },
    { not: { type: 'string', pattern: 'x' } },
  );
  const objects = fc
    .tuple(fc.dictionary(fc.constantFrom('a', 'b', 'c'), part, { noNullPrototype: true }), fc.boolean())
    .map(([properties, isOpen]) => ({
      type: 'object',
      properties,
      required: Object.keys(properties),
      ...(isOpen ? {} : { additionalProperties: false }),
    }));
  const bounds = ['minLength', 'maxLength', 'pattern', 'minimum', 'maximum', 'minItems', 'maxItems', 'uniqueItems', 'required'];

  /** The schema with something left out or added somewhere, so that it allows more. */
  function wider(schema: unknown, random: (below: number) => number): unknown {
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema) || 'not' in schema) return schema;
    const entries = Object.entries(schema)
      .filter(([keyword]) => !bounds.includes(keyword) || random(2) === 0)
      .map(([keyword, value]): [string, unknown] => {
        if (keyword === 'enum') return [keyword, random(2) === 0 ? value : [...value, null]];
        if (keyword === 'type' && value !== 'object') return [keyword, random(2) === 0 ? value : [value, 'null']];
        if (keyword === 'items') return [keyword, wider(value, random)];
        if (keyword !== 'properties') return [keyword, value];
        return [keyword, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, wider(inner, random)]))];
      });
    return Object.fromEntries(entries);
  }

  test('bounds dropped, values and types added, properties made optional', () => {
    fc.assert(
      fc.property(objects, dice, (before, random) => {
        const after = wider(before, random) as AnySchema;
        expect([after, checkCompatibility({ mode: 'BACKWARD', proposed: after, existing: [before], contentModel: 'strict' })]).toEqual([
          after,
          { compatible: true, differences: [] },
        ]);
        expect(compatible('FORWARD', before, [after])).toBe(true);
      }),
      parameters,
    );
  });
});
