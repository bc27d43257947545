import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { noAny, noConsole, noDefaultExport, noHiddenInput, noSkippedTest, noTodo } from './tidy/banned.ts';
import { docComments } from './tidy/doc-comments.ts';
import { errorCodes } from './tidy/error-codes.ts';
import { importCycles, importLaw } from './tidy/import-law.ts';
import { type EntryPoint, entryPoints, machineNames } from './tidy/repository.ts';
import { fileLines, functionLines } from './tidy/size.ts';
import { filesIn, type Rule, source, sourcesIn } from './tidy/source.ts';

const product = sourcesIn(['lib', 'bin', 'functions']);
const lib = product.filter(({ path }) => path.startsWith('lib/'));
const tests = [...sourcesIn(['test', 'bench']), ...product].filter(({ path }) => path.endsWith('.test.ts'));
const page = readFileSync('docs/errors.md', 'utf8');
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly exports: Readonly<Record<string, EntryPoint | string>> };

/** Each file as `path: text`; what the rule says of them. */
function says(rule: Rule, files: Readonly<Record<string, string>>): readonly string[] {
  return rule(Object.entries(files).map(([path, text]) => source(path, text)));
}

describe('the code is tidy', () => {
  const rules: readonly (readonly [string, Rule, ReturnType<typeof sourcesIn>])[] = [
    ['a file has at most 300 lines', fileLines, product],
    ['a function has at most 60 lines', functionLines, product],
    ['a folder imports what the import law allows it', importLaw, product],
    ['no file imports itself through others', importCycles, product],
    ['`any` needs a reason', noAny, product],
    ['only the CLI prints', noConsole, product],
    ['time and randomness come from ports', noHiddenInput, product],
    ['nothing is unfinished', noTodo, [...product, ...tests]],
    ['exports are named', noDefaultExport, product],
    ['every export of lib has a doc comment', docComments, lib],
    ['every error code is in docs/errors.md, and no other', errorCodes(page), lib],
    ['no test is switched off', noSkippedTest, tests],
  ];

  test.each(rules)('%s', (_name, rule, sources) => {
    expect(sources.length).toBeGreaterThan(0);
    expect(rule(sources)).toEqual([]);
  });

  test('every entry point of the package is a file', () => {
    expect(entryPoints(manifest.exports)).toEqual([]);
  });

  test('no file names a machine or a registry', () => {
    expect(
      filesIn(['.'])
        .filter((path) => !/\.(?:png|tgz|ico|woff2)$/.test(path))
        .flatMap((path) => machineNames(path, readFileSync(path, 'utf8'))),
    ).toEqual([]);
  });
});

describe('the size rules', () => {
  test('report a file that is too long, with the median', () => {
    const files = { 'lib/cli/a.ts': '1\n'.repeat(301), 'lib/cli/b.ts': '1\n'.repeat(300), 'lib/cli/c.ts': '1\n' };
    expect(says(fileLines, files)).toEqual(['lib/cli/a.ts:1 has 301 lines, at most 300 (median of all files: 300)']);
  });

  test('report a function that is too long, closures counted', () => {
    const body = '\n  work();'.repeat(58);
    const text = `const short = () => {${body}\n};\nfunction long() {\n  return () => {${body}\n  };\n}\ninterface Shape {\n  call(): void;\n}\n`;
    expect(says(functionLines, { 'lib/cli/a.ts': text })).toEqual(['lib/cli/a.ts:61 a function of 62 lines, at most 60']);
  });
});

describe('the import law', () => {
  test.each([
    ['lib/contract/a.ts', 'node:fs', 'lib/contract imports nothing, not even node:fs'],
    ['lib/contract/a.ts', '../schema/b.ts', 'lib/contract may not import lib/schema'],
    ['lib/schema/a.ts', '../runtime/b.ts', 'lib/schema may not import lib/runtime'],
    ['lib/runtime/journal/a.ts', '../../embedded/b.ts', 'lib/runtime may not import lib/embedded'],
    ['lib/runtime/a.ts', '@aws-sdk/client-sqs', '@aws-sdk/client-sqs is for lib/aws and lib/lambda only'],
    ['lib/runtime/a.ts', 'aws-cdk-lib/aws-sqs', 'aws-cdk-lib/aws-sqs is for lib/cdk only'],
    ['lib/runtime/a.ts', 'aws-choreography', 'lib imports its own files by path, not the package by name'],
    ['lib/runtime/a.ts', 'vitest', 'vitest is for tests only'],
    ['lib/runtime/a.ts', '../../functions/order/service.ts', 'lib never imports functions/'],
    ['lib/runtime/a.ts', '../../schemas/generated/index.ts', 'lib never imports schemas/'],
    ['lib/testing/a.ts', '../aws/b.ts', 'lib/testing loads lib/aws only by import(), when something is deployed'],
    ['lib/cli/a.ts', '../aws/b.ts', 'lib/cli loads lib/aws only by import(), when something is deployed'],
    ['lib/cli/a.ts', '../lambda/b.ts', 'lib/cli may not import lib/lambda'],
    ['lib/lambda/a.ts', '../operations/b.ts', 'of lib/lambda, only lib/lambda/operator.ts imports lib/operations'],
    ['lib/operations/a.ts', '../runtime/consume.ts', 'lib/operations knows the ports and the journal of lib/runtime only'],
    ['functions/order/service.ts', '../../lib/contract/index.ts', 'the sample imports the package by its name, as a team does'],
    ['bin/choreo.ts', '../lib/runtime/a.ts', 'bin starts lib/cli or lib/cdk and knows nothing else of lib'],
  ])('%s may not import %s', (path, specifier, problem) => {
    expect(says(importLaw, { [path]: `import { b } from '${specifier}';` })).toEqual([`${path}:1 ${problem}`]);
    expect(says(importLaw, { [path]: `\nexport * from '${specifier}';` })).toEqual([`${path}:2 ${problem}`]);
  });

  test.each([
    ['lib/testing/a.ts', "import { b } from '../contract/b.ts';"],
    ['lib/lambda/a.ts', "import { b } from '@aws-sdk/client-sqs';"],
    ['lib/lambda/operator.ts', "import { b } from '../operations/b.ts';"],
    ['lib/operations/a.ts', "import type { Store } from '../runtime/ports/store.ts';"],
    ['lib/cli/a.ts', "const { open } = await import('../aws/b.ts');"],
    ['lib/cli/a.ts', "import manifest from '../../package.json' with { type: 'json' };"],
    ['functions/order/service.ts', "import { defineService } from 'aws-choreography';"],
  ])('%s may say %s', (path, text) => {
    expect(says(importLaw, { [path]: text })).toEqual([]);
  });

  test('types count, in any form', () => {
    expect(says(importLaw, { 'lib/schema/a.ts': "export type Clock = import('../runtime/ports/clock.ts').Clock;" })).toEqual([
      'lib/schema/a.ts:1 lib/schema may not import lib/runtime',
    ]);
  });

  test('a folder that it does not know is reported', () => {
    expect(says(importLaw, { 'lib/misc/a.ts': '' })).toEqual(['lib/misc/a.ts:1 lib/misc is not in the import law']);
  });

  test('a cycle is reported with its way', () => {
    const files = {
      'lib/a/a.ts': "import '../b/b.ts';",
      'lib/b/b.ts': "const load = () => import('./c.ts');",
      'lib/b/c.ts': "export type { A } from '../a/a.ts';",
    };
    expect(says(importCycles, files)).toEqual(['lib/a/a.ts:1 imports itself: lib/a/a.ts > lib/b/b.ts > lib/b/c.ts > lib/a/a.ts']);
  });
});

describe('what is banned', () => {
  test('`any`, unless the line before says why', () => {
    const text = [
      'export const a = (x: any) => x;',
      '// biome-ignore lint/suspicious/noExplicitAny: variance',
      'export const b = (x: any) => x;',
      '// biome-ignore lint/suspicious/noExplicitAny:',
      'export const c = (x: any) => x;',
    ].join('\n');
    expect(says(noAny, { 'lib/cli/a.ts': text })).toEqual([
      'lib/cli/a.ts:1 `any` without a biome-ignore and its reason on the line before',
      'lib/cli/a.ts:5 `any` without a biome-ignore and its reason on the line before',
    ]);
  });

  test('console in lib, but not in the CLI', () => {
    expect(says(noConsole, { 'lib/runtime/a.ts': "console.log('x');", 'lib/cli/a.ts': "console.log('x');" })).toEqual([
      'lib/runtime/a.ts:1 console.log outside lib/cli and bin',
    ]);
  });

  test.each([
    ['Date.now();', 'Date.now'],
    ['new Date();', 'new Date()'],
    ['Math.random();', 'Math.random'],
    ['performance.now();', 'performance.now'],
    ['crypto.randomUUID();', 'crypto.randomUUID'],
    ["import { randomUUID } from 'node:crypto';", 'randomUUID'],
    ['setTimeout(f, 1);', 'setTimeout()'],
    ['setInterval(f, 1);', 'setInterval()'],
    ['setImmediate(f);', 'setImmediate()'],
  ])('%s where a port gives it', (text, use) => {
    expect(says(noHiddenInput, { 'lib/runtime/a.ts': text })).toEqual([`lib/runtime/a.ts:1 ${use}: take time and randomness from a port`]);
    expect(says(noHiddenInput, { 'lib/embedded/time/scheduler.ts': text, 'lib/cli/a.ts': text })).toEqual([]);
  });

  test('a date that is given is no hidden input', () => {
    expect(says(noHiddenInput, { 'lib/runtime/a.ts': 'new Date(clock.now()).toISOString();' })).toEqual([]);
  });

  test('unfinished work', () => {
    const mark = ['TO', 'DO'].join('');
    expect(says(noTodo, { 'lib/cli/a.ts': `a();\n// ${mark}: later` })).toEqual([`lib/cli/a.ts:2 unfinished: // ${mark}: later`]);
  });

  test('default exports, except where a tool wants one', () => {
    const files = {
      'lib/cli/a.ts': 'export default 1;',
      'lib/cli/b.ts': 'export default function f() {}',
      'lib/cli/c.ts': 'const c = 1;\nexport { c as default };',
      'lib/cli/d.ts': 'switch (x) { default: f(); }',
      'functions/choreography.ts': 'export default 1;',
    };
    expect(says(noDefaultExport, files)).toEqual([
      'lib/cli/a.ts:1 a default export; name it',
      'lib/cli/b.ts:1 a default export; name it',
      'lib/cli/c.ts:2 a default export; name it',
    ]);
  });

  test.each(['only', 'skip', 'todo'])('tests with .%s', (mark) => {
    expect(says(noSkippedTest, { 'test/a.test.ts': `test.${mark}('x', f);\ndescribe.${mark}('y', f);` })).toEqual([
      `test/a.test.ts:1 test.${mark}: run it or remove it`,
      `test/a.test.ts:2 describe.${mark}: run it or remove it`,
    ]);
  });
});

describe('the doc comment rule', () => {
  test('reports what is exported without a sentence', () => {
    const text = [
      'export const a = 1;',
      '/** For b. */\nexport const b = 1;',
      '/** @throws CODE */\nexport function c() {}',
      '/** Both: the type and its constant. */\nexport interface D {}\nexport const D = 1;',
      'interface Inner {}',
      "export { x } from './x.ts';",
    ].join('\n');
    expect(says(docComments, { 'lib/cli/a.ts': text })).toEqual([
      'lib/cli/a.ts:1 a is exported without a doc comment',
      'lib/cli/a.ts:5 c is exported without a doc comment',
    ]);
  });
});

describe('the error code rule', () => {
  const table =
    '| code | when | what to do |\n| --- | --- | --- |\n| `KNOWN` | x | y |\n| `GONE_NOW` | x | y |\n| `DATA_CODE` | x | y |\n| `KNOWN` | y | z |\n| `HALF_A_ROW` | x |\n';

  test('finds codes in errors, in helpers and in plain data', () => {
    const text = [
      "throw new ChoreographyError('KNOWN', 'x');",
      "throw new ChoreographyError(late ? 'LATE' : 'EARLY', 'x');",
      "function refuse(name: string, code: string) { throw new ChoreographyError(code, name); }\nrefuse('a', 'HELPED');",
      "const dead = { code: 'DATA_CODE' };",
      "type Code = 'TYPED_CODE';",
      "const colour = process.env['NO_STYLE']; const start = 'TRIM_HORIZON'; const word = 'LATER';",
    ].join('\n');
    expect(says(errorCodes(table), { 'lib/runtime/a.ts': text })).toEqual([
      'lib/runtime/a.ts:2 LATE is not in docs/errors.md',
      'lib/runtime/a.ts:2 EARLY is not in docs/errors.md',
      'lib/runtime/a.ts:4 HELPED is not in docs/errors.md',
      'lib/runtime/a.ts:6 TYPED_CODE is not in docs/errors.md',
      'docs/errors.md GONE_NOW is in no file of lib',
      'docs/errors.md explains KNOWN twice',
    ]);
  });
});

describe('the error code rule, for the page', () => {
  test('reports a code that is explained twice', () => {
    const text = "throw new ChoreographyError('KNOWN', 'x');";
    expect(says(errorCodes('| `KNOWN` | x | y |\n| `KNOWN` | z | y |'), { 'lib/runtime/a.ts': text })).toEqual([
      'docs/errors.md explains KNOWN twice',
    ]);
  });
});

describe('the error code rule, for doc comments', () => {
  test('reports a code that is said to be thrown and is not', () => {
    const text =
      "/** Saves. @throws KNOWN, STATE_LOST (retryable) */\nexport function save() { throw new ChoreographyError('KNOWN', 'x'); }";
    expect(says(errorCodes('| `KNOWN` | x | y |'), { 'lib/runtime/a.ts': text })).toEqual([
      'lib/runtime/a.ts:1 @throws STATE_LOST, which nothing throws',
    ]);
  });
});

describe('the rules for the repository', () => {
  test('report an entry point without its file or with the wrong one', () => {
    const entry = { source: './lib/a/index.ts', types: './dist/lib/a/index.d.ts', default: './dist/lib/b/index.js' };
    expect(entryPoints({ './a': entry, './package.json': './package.json' }, (path) => path === './package.json')).toEqual([
      'package.json exports ./a: ./lib/a/index.ts does not exist',
      'package.json exports ./a: "default" is not ./dist/lib/a/index.js',
    ]);
  });

  test.each([
    ['', 'work', 'main'],
    ['see `', 'root', '.npmrc'],
    ['cd ', 'home', 'ann/app'],
  ])('report the path of one machine: %s/%s/%s', (before, top, rest) => {
    expect(machineNames('docs/a.md', `x\n${before}/${top}/${rest}`)).toEqual([
      `docs/a.md:2 a path of one machine: ${`${before}/${top}/${rest}`.trim()}`,
    ]);
  });

  test('a URL or a route may use the same words', () => {
    expect(machineNames('docs/a.md', 'https://example.com/work/x and lib/root/x')).toEqual([]);
  });

  test('report a registry', () => {
    const flag = ['--regi', 'stry=https://npm.example'].join('');
    expect(machineNames('.ci/run', `npm ci ${flag}`)).toEqual([`.ci/run:1 a registry: npm ci ${flag}`]);
    expect(machineNames('package-lock.json', '"resolved": "https://npm.example/x.tgz"')).toEqual([
      'package-lock.json names a registry that others do not have',
    ]);
    expect(machineNames('package-lock.json', '"resolved": "https://registry.npmjs.org/x.tgz"')).toEqual([]);
  });
});
