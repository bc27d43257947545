import { expect, test } from 'vitest';
import * as lambda from '../../lib/lambda/index.ts';
import { importsOf, sourcesIn } from '../tidy/source.ts';

test('the lambda entry gives the readers of what AWS sends', () => {
  expect(lambda).toMatchObject({ recordsFromLambdaEvent: expect.any(Function), parseFailureRecord: expect.any(Function) });
});

/** Packages that a file loads when it is loaded itself; `import()` counts only where it is asked for. */
function packagesOf(entry: string): ReadonlySet<string> {
  const sources = new Map(sourcesIn(['lib']).map((source) => [source.path, source]));
  const files = new Set([entry]);
  const packages = new Set<string>();
  for (const file of files) {
    const source = sources.get(file);
    for (const { specifier, target, dynamic } of source ? importsOf(source) : []) {
      if (dynamic) continue;
      if (target === undefined) packages.add(specifier);
      else files.add(target); // a set goes on with what is added
    }
  }
  return packages;
}

test('a cold start loads neither a compiler of schemas nor the client of Glue: only a message in a newer version does', () => {
  const heavy = ['ajv', '@aws-sdk/client-glue'];
  const cold = packagesOf('lib/lambda/index.ts');
  expect(cold).toContain('@aws-sdk/client-dynamodb');
  expect(heavy.filter((name) => cold.has(name))).toEqual([]);
  expect(heavy.filter((name) => packagesOf('lib/lambda/ports/newer-schemas.ts').has(name))).toEqual(heavy);
});
