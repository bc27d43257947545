import { isDeepStrictEqual } from 'node:util';
import { ChoreographyError } from '../../contract/errors.ts';

/** Characters of a value that a failure message shows. */
const SHOWN_CHARACTERS_MAX = 600;

/**
 * One guarantee of a port as a test of its own, for any test runner: `for (const { name, run } of storeConformance)
 * test(name, () => run(make))`. `make` gives a fresh and empty adapter each time.
 */
export interface ConformanceCase<Harness> {
  /** The guarantee, as a sentence. */
  readonly name: string;
  /** @throws CONFORMANCE_FAILED */
  run(make: () => Promise<Harness>): Promise<void>;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}… (${text.length} characters)` : text;
}

/** Fails a case. @throws CONFORMANCE_FAILED */
export function broken(rule: string, details: Readonly<Record<string, unknown>> = {}): never {
  const facts = Object.entries(details).map(([name, value]) => `${name}: ${shown(value)}`);
  throw new ChoreographyError('CONFORMANCE_FAILED', `The adapter breaks its port: ${[rule, ...facts].join('; ')}.`, { details });
}

/** Fails a case unless `holds`. @throws CONFORMANCE_FAILED */
export function check(holds: boolean, rule: string, details: Readonly<Record<string, unknown>> = {}): void {
  if (!holds) broken(rule, details);
}

/** Fails a case unless both are the same JSON, whatever the order of keys. @throws CONFORMANCE_FAILED */
export function checkSame(actual: unknown, expected: unknown, rule: string): void {
  const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
  check(isDeepStrictEqual(plain(actual), plain(expected)), rule, { expected, actual });
}

/** Makes a case of a body that wants one adapter. */
export function conformanceCase<Harness>(name: string, body: (harness: Harness) => Promise<void>): ConformanceCase<Harness> {
  return { name, run: async (make) => body(await make()) };
}
