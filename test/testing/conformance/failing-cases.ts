import { isChoreographyError } from '../../../lib/contract/errors.ts';
import type { ConformanceCase } from '../../../lib/testing/conformance/check.ts';

/** Runs a suite and gives the names of the cases that fail; anything but CONFORMANCE_FAILED is thrown on. */
export async function failingCases<Harness>(
  cases: readonly ConformanceCase<Harness>[],
  make: () => Promise<Harness>,
): Promise<readonly string[]> {
  const failing: string[] = [];
  for (const { name, run } of cases) {
    try {
      await run(make);
    } catch (error) {
      if (!isChoreographyError(error, 'CONFORMANCE_FAILED')) throw error;
      failing.push(name);
    }
  }
  return failing;
}
