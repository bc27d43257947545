import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axisOf } from '../../../lib/page/saga/axis.ts';

const span = fc
  .tuple(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 100_000 }))
  .map(([from, length]) => ({ from, to: from + length }));

describe('the axis of a timeline', () => {
  test('leaves out a long pause, and says which', () => {
    const axis = axisOf(
      [
        { from: 0, to: 100 },
        { from: 900_000, to: 900_100 },
      ],
      500,
    );
    expect(axis.pauses).toMatchObject([{ from: 100, to: 900_000 }]);
    const [pause] = axis.pauses;
    expect(axis.x(100)).toBeLessThan(pause?.x ?? 0);
    expect(axis.x(900_000)).toBeGreaterThan(pause?.x ?? 0);
    expect(axis.x(900_100)).toBeCloseTo(500);
  });

  test('keeps a short one', () => {
    expect(
      axisOf(
        [
          { from: 0, to: 100 },
          { from: 110, to: 200 },
        ],
        500,
      ).pauses,
    ).toEqual([]);
  });

  test('never turns two times around, and stays within its width', () => {
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 20 }), (spans) => {
        const axis = axisOf(spans, 600);
        const places = spans
          .flatMap(({ from, to }) => [from, to])
          .sort((left, right) => left - right)
          .map((time) => axis.x(time));
        for (const [index, place] of places.entries()) {
          expect(place).toBeGreaterThanOrEqual((places[index - 1] ?? 0) - 1e-6);
          expect(place).toBeLessThanOrEqual(600 + 1e-6);
        }
      }),
    );
  });
});
