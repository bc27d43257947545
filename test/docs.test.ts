import { existsSync, readFileSync } from 'node:fs';
import { message, runService, stored } from 'aws-choreography/testing';
import { describe, expect, test } from 'vitest';
import { commandProblem, commandsIn, matches } from './docs/commands.ts';
import {
  anchorsIn,
  type Block,
  blocksIn,
  documents,
  linkProblem,
  linksIn,
  linksOutOfPackage,
  stories,
  testsNamedIn,
  walkthroughs,
} from './docs/markdown.ts';
import { inventory, OrderPlaced, ShipmentFailed, Stock } from './docs/readme-example.ts';
import { compile, fileOf, regionProblem } from './docs/typescript.ts';
import { filesIn } from './tidy/source.ts';

const COMMANDS_AT_ONCE = 2;
const blocks = documents().flatMap((document) => blocksIn(document));
const standalone = blocks.filter(({ document }) => !walkthroughs.includes(document));
const typescript = standalone.filter(({ language }) => language === 'ts' || language === 'typescript');
// The commands of a story go on where the last one ended: test/docs/stories.test.ts runs them.
// Commands on what is served: test/docs/served.test.ts.
const shell = standalone.filter(
  ({ language, document, notes }) =>
    (language === 'sh' || language === 'console') && !stories.includes(document) && notes['served'] === undefined,
);

function block(language: string, code: string, notes: Readonly<Record<string, string>> = {}): Block {
  return { document: 'docs/a.md', line: 10, language, code, notes };
}

describe('the documents', () => {
  test('a TypeScript block that names its file is in that file', () => {
    expect(typescript.filter((one) => fileOf(one) !== undefined).flatMap((one) => regionProblem(one) ?? [])).toEqual([]);
  });

  test('every other TypeScript block compiles', async () => {
    expect(
      await compile(
        typescript.filter((one) => fileOf(one) === undefined),
        'docs',
      ),
    ).toEqual([]);
  }, 60_000);

  test('every JSON block is JSON', () => {
    const json = blocks.filter(({ language }) => language === 'json');
    for (const { document, line, code } of json) expect(() => JSON.parse(code), `${document}:${line}`).not.toThrow();
  });

  test('every command is executed and prints what is shown', async () => {
    const commands = shell.flatMap(commandsIn);
    const problems: string[] = [];
    for (let start = 0; start < commands.length; start += COMMANDS_AT_ONCE) {
      const found = await Promise.all(commands.slice(start, start + COMMANDS_AT_ONCE).map(commandProblem));
      problems.push(...found.flatMap((problem) => problem ?? []));
    }
    expect(problems).toEqual([]);
  }, 120_000);

  test('every relative link leads to a file, and to a heading of it if it names one', () => {
    const problems = [...documents(), 'CHANGELOG.md'].flatMap((document) =>
      linksIn(readFileSync(document, 'utf8')).flatMap((link) => linkProblem(document, link) ?? []),
    );
    expect(problems).toEqual([]);
  });

  test('what the package has links to nothing that it does not have', () => {
    const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly files: readonly string[] };
    const packed = [...documents(), 'CHANGELOG.md', ...filesIn(['starter']).filter((path) => path.endsWith('.md'))];
    expect(packed.flatMap((document) => linksOutOfPackage(document, readFileSync(document, 'utf8'), files))).toEqual([]);
  });

  test('every test that one names is there', () => {
    const named = documents().flatMap((document) => testsNamedIn(readFileSync(document, 'utf8')));
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('the example at the top of the README', () => {
  const given = [stored(Stock, 'tea', { available: 1 })];
  const placed = message(OrderPlaced, { orderId: 'o-1', sku: 'tea' });

  test('reserves once, and says so', async () => {
    const result = await runService(inventory, { given, when: placed });
    expect(result.emitted).toEqual([{ type: 'InventoryReserved', data: { orderId: 'o-1', sku: 'tea' } }]);
    expect(result.state(Stock, 'tea')).toEqual({ available: 0 });
  });

  test('rejects an order for which there is no stock', async () => {
    const other = message(OrderPlaced, { orderId: 'o-2', sku: 'cup' });
    expect(await runService(inventory, { given, when: other })).toMatchObject({
      outcome: 'failed',
      emitted: [{ type: 'InventoryRejected' }],
    });
  });

  test('gives the stock back when the shipment fails', async () => {
    const result = await runService(inventory, { given: [...given, placed], when: message(ShipmentFailed, { orderId: 'o-1' }) });
    expect(result.outcome).toBe('undone');
    expect(result.state(Stock, 'tea')).toEqual({ available: 1 });
  });
});

describe('reading a document', () => {
  test('finds fenced blocks with their line, language and notes', () => {
    const text =
      '# A\n\n<!-- before: const x = 1; -->\n<!-- not run: needs an account -->\n```ts\nlet a;\n```\n\n- item\n\n  ```sh\n  npm test\n    deep\n  ```\n';
    expect(blocksIn('docs/a.md', text)).toEqual([
      { document: 'docs/a.md', line: 6, language: 'ts', code: 'let a;', notes: { before: 'const x = 1;', 'not run': 'needs an account' } },
      { document: 'docs/a.md', line: 12, language: 'sh', code: 'npm test\n  deep', notes: {} },
    ]);
  });

  test('finds the file that a block is, by the line above it', () => {
    expect(blocksIn('docs/a.md', 'Write `b.json`:\n\n`schemas/A/1.json`\n\n```json\n{}\n```\n')).toMatchObject([
      { notes: { file: 'schemas/A/1.json' } },
    ]);
    expect(blocksIn('docs/a.md', 'Write `b.json`\n\n```json\n{}\n```\n')).toMatchObject([{ notes: {} }]);
  });

  test('finds indented commands with what they print', () => {
    expect(blocksIn('README.md', 'Try it:\n\n    $ npx choreo demo\n    order\n\n    $ npx choreo\n\nNext.\n')).toEqual([
      { document: 'README.md', line: 3, language: 'console', code: '$ npx choreo demo\norder\n\n$ npx choreo', notes: {} },
    ]);
  });

  test('finds relative links, but not those in code', () => {
    const text = '[a](docs/a.md#part) [b](https://example.com) [c](#here) [f](f.ts) `[d](d.md)`\n```md\n[e](e.md)\n```\n';
    expect(linksIn(text)).toEqual([{ file: 'docs/a.md', anchor: 'part' }, { file: '', anchor: 'here' }, { file: 'f.ts' }]);
  });

  test('finds the anchors of headings, but not of comments in code', () => {
    const text =
      '# What happens when…\n\n## One service: `runService`\n```sh\n# a comment\n```\n### Deploy, and test_it - twice\n## Deploy\n## Deploy\n';
    expect(anchorsIn(text)).toEqual(['what-happens-when', 'one-service-runservice', 'deploy-and-test_it---twice', 'deploy', 'deploy-1']);
  });

  test('a link is reported when its file or its heading is not there', () => {
    const read = (path: string) => (path === 'docs/b.md' ? '# Here\n' : undefined);
    const problem = (file: string, anchor: string) => linkProblem('docs/a.md', { file, anchor }, read);
    expect(problem('b.md', 'here')).toBeUndefined();
    expect(problem('b.md', 'gone')).toBe('docs/a.md links to b.md#gone, and docs/b.md has no such heading');
    expect(problem('c.md', 'here')).toBe('docs/a.md links to c.md#here, and docs/c.md is not there');
  });
});

describe('a document in the package', () => {
  const files = ['docs', 'ARCHITECTURE.md'];
  const problems = (document: string, text: string) => linksOutOfPackage(document, text, files);

  test('may link to what is packed with it, and to the outside', () => {
    expect(
      problems('docs/a.md', '[a](decisions/b.md#part) [b](../ARCHITECTURE.md) [c](../README.md) [d](#here) [e](https://e.com)'),
    ).toEqual([]);
    expect(problems('CONTRIBUTING.md', '[a](test/a.test.ts)')).toEqual([]);
  });

  test('is reported when it links to what only the repository has', () => {
    expect(problems('docs/a.md', '[a](../test/a.test.ts)')).toEqual(['docs/a.md links to test/a.test.ts, which the package does not have']);
    expect(problems('ARCHITECTURE.md', '[a](docs.md)')).toEqual(['ARCHITECTURE.md links to docs.md, which the package does not have']);
  });
});

describe('a TypeScript block', () => {
  const file = 'const a = 1;\nfunction f() {\n  const b = 2;\n  return b;\n}\nconst c = 3;\n';
  const problem = (code: string, notes = {}) => regionProblem(block('ts', code, notes), () => file);

  test('may be any part of the file it names, with another indentation and with gaps', () => {
    expect(problem('// lib/a.ts\nconst a = 1;\n')).toBeUndefined();
    expect(problem('// lib/a.ts\nconst b = 2;\nreturn b;')).toBeUndefined();
    expect(problem('const a = 1;\n// …\nconst c = 3;', { region: 'lib/a.ts' })).toBeUndefined();
  });

  test('is reported when the file says something else, or in another order', () => {
    expect(problem('// lib/a.ts\nconst a = 2;')).toBe('docs/a.md:10 is not in lib/a.ts as it is written there: const a = 2;');
    expect(problem('// lib/a.ts\nconst c = 3;\n// …\nconst a = 1;')).toBe(
      'docs/a.md:10 is not in lib/a.ts as it is written there: const a = 1;',
    );
    expect(problem('// lib/a.ts\nconst a')).toBe('docs/a.md:10 is not in lib/a.ts as it is written there: const a');
  });

  test('is reported when there is no such file', () => {
    expect(regionProblem(block('ts', '// lib/nowhere.ts\nlet a;'))).toBe(
      'docs/a.md:10 is said to be from lib/nowhere.ts, which is not there',
    );
  });

  test('is reported when it does not compile, at its line in the document', async () => {
    const good = block('ts', "import { defineEntity } from 'aws-choreography';\nconst Stock = defineEntity<{ n: number }>('Stock');");
    const bad = block('ts', "const a: Name = 'x';\nconst b: Name = 1;", { before: 'type Name = string;' });
    expect(await compile([good, { ...bad, line: 20 }], 'docs-self-test')).toEqual([
      "docs/a.md:21 TS2322: Type 'number' is not assignable to type 'string'.",
    ]);
  }, 60_000);
});

describe('a command', () => {
  const commands = (code: string, notes = {}) =>
    commandsIn(block('console', code, notes)).map(({ place, line, output }) => [place, line, ...output]);

  test('is what follows `$ `, up to a comment; the lines below are its output', () => {
    expect(commands('$ npm test   # all\nok\n\n$ npx choreo a \\\n    --b')).toEqual([
      ['docs/a.md:10', 'npm test', 'ok'],
      ['docs/a.md:13', 'npx choreo a --b'],
    ]);
  });

  test('is every line where no line has `$ `', () => {
    expect(commands('# first\nnpm ci && npm test\n\nnpm run check')).toEqual([
      ['docs/a.md:11', 'npm ci && npm test'],
      ['docs/a.md:13', 'npm run check'],
    ]);
  });

  test('is left out with a reason', () => {
    expect(commands('$ cdk deploy', { 'not run': 'needs an AWS account' })).toEqual([]);
  });

  const problem = (line: string) => commandProblem({ place: 'docs/a.md:10', line, output: [], exit: 0 });

  test('is reported when nobody executes it', async () => {
    expect(await problem('rm -rf dist')).toBe(
      'docs/a.md:10 `rm -rf dist` is executed nowhere: add it to test/docs/commands.ts, or say why with <!-- not run: … -->',
    );
    expect(await problem('npm run nothing')).toBe('docs/a.md:10 package.json has no script nothing');
    expect(await problem('npm run check')).toBeUndefined();
    expect(await problem('npm ci && npm test')).toBeUndefined();
  });

  test('is reported when it fails', async () => {
    expect(await problem('npx choreo no-such-command')).toMatch(/^docs\/a\.md:10 `npx choreo no-such-command` ended with [1-9]\d*, not 0:/);
  }, 30_000);

  test('prints what is shown, with `…` for what differs', () => {
    expect(matches(['a', 'b'], ['a ', 'b'])).toBe(true);
    expect(matches(['order … placed'], ['order 7f3a placed'])).toBe(true);
    expect(matches(['a', '…', 'd'], ['a', 'b', 'c', 'd'])).toBe(true);
    expect(matches(['a', '…', 'd'], ['a', 'd'])).toBe(true);
    expect(matches(['a'], ['a', 'b'])).toBe(false);
    expect(matches(['a', 'b'], ['a'])).toBe(false);
    expect(matches(['a.c'], ['abc'])).toBe(false);
  });
});
