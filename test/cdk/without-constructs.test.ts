// docs/without-constructs.md says by hand what the constructs say in code: each table is held against templates, in both directions.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bundleSettings } from '../../lib/cdk/functions/esbuild.ts';
import { environmentNames, parameterNames } from '../../lib/contract/deployment.ts';
import { ChoreographyError } from '../../lib/contract/errors.ts';
import type { AnyService } from '../../lib/contract/service.ts';
import { readEnvironment } from '../../lib/lambda/environment.ts';
import { checkEnvironment } from '../../lib/lambda/environment-check.ts';
import { blocksIn, tableBelow } from '../docs/markdown.ts';
import { parametersOf, propertiesOf } from './synth.ts';
import { type Variant, variants } from './variants.ts';
import { rightsOf, settingsOf } from './wiring.ts';

const page = readFileSync('docs/without-constructs.md', 'utf8');
const all = variants();
const stacks = all.map(({ stack }) => stack);
const settings = settingsOf(stacks);
const rights = rightsOf(stacks);

/** Every name that has a setting or a right, or is what a right is for. */
const known = [...new Set([...settings.map(([what]) => what), ...rights.flatMap(([who, , on]) => [who, on])])];
/** What the page says for several. */
const groups: Readonly<Record<string, (name: string) => boolean>> = {
  'both functions': (name) => name === 'worker' || name === 'command function',
  'both FIFO queues': (name) => /^replay (?:dead-letter )?queue$/.test(name),
  'each queue': (name) => /^(?:bus|rule|replay|dead-letter|replay dead-letter) queue$/.test(name),
  'each mapping': (name) => name.startsWith('mapping of '),
  'each mapping of a queue': (name) => /^mapping of .* queue$/.test(name),
  'each mapping of a stream': (name) => /^mapping of .* stream$/.test(name),
  'each rule': (name) => /^(?:sweep rule|rule of .*)$/.test(name),
};

const namesIn = (cell: string) =>
  cell.split(', ').flatMap((name) => {
    const group = groups[name];
    return group ? known.filter(group) : [name];
  });
const plain = (cell: string) => cell.replaceAll('`', '');
const sorted = (rows: readonly (readonly string[])[]) => [...new Set(rows.map((row) => row.join(' | ')))].sort();

/** The variables of the worker of a variant, as its template has them. */
function variablesOf({ stack }: Variant): Readonly<Record<string, string>> {
  const { Environment } = propertiesOf(stack, 'AWS::Lambda::Function', 'Worker') as {
    readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
  };
  return Environment.Variables;
}

describe('the page for other tools than the CDK', () => {
  test('has every setting of what a service consists of, with its value', () => {
    const written = ['Settings that a guarantee needs', 'Settings that are yours'].flatMap((heading) => tableBelow(page, heading));
    const rows = written.flatMap(([of = '', setting = '', value = '']) => namesIn(of).map((name) => [name, plain(setting), plain(value)]));
    expect(sorted(rows)).toEqual(sorted(settings));
  });

  test('says of every setting what it is for', () => {
    const rows = ['Settings that a guarantee needs', 'Settings that are yours'].flatMap((heading) => tableBelow(page, heading));
    expect(rows.filter((row) => row.length !== 4 || row[3] === '')).toEqual([]);
  });

  test('has every right that the functions have, and that their resources give', () => {
    const rows = tableBelow(page, 'Rights').flatMap(([who = '', may = '', on = '', condition = '']) =>
      namesIn(who).flatMap((name) =>
        may.split(', ').flatMap((action) => namesIn(on).map((one) => [name, plain(action), one, plain(condition)])),
      ),
    );
    expect(sorted(rows)).toEqual(sorted(rights));
  });

  const hasOf: Readonly<Record<string, (variant: Variant) => boolean>> = {
    'each service': () => true,
    'each service whose backbone has a stream': ({ stream }) => stream,
    'each service on the bus': ({ service }) => service.source === 'bus',
    'each service with inbounds': ({ service }) => service.inbound.length > 0,
    'each service with tables of its own': ({ more }) => more,
    'each service with settings': ({ more }) => more,
  };
  const variables = tableBelow(page, 'Environment').map(([name = '', , of = '', refused = '']) => ({ name: plain(name), of, refused }));

  test('has every variable of a function of a service, and says which services have it', () => {
    const bridges: readonly string[] = [environmentNames.bridgeRefreshSeconds, environmentNames.bridgeTypes];
    const names = Object.values(environmentNames).filter((name) => !bridges.includes(name));
    expect(variables.map(({ name }) => name).sort()).toEqual([...names, 'NODE_OPTIONS'].sort());
    for (const variant of all) {
      const said = variables.filter(({ of }) => hasOf[of]?.(variant)).map(({ name }) => name);
      expect(said.sort(), variant.service.name).toEqual(Object.keys(variablesOf(variant)).sort());
    }
  });

  const isRefused: Readonly<Record<string, (service: AnyService) => boolean>> = {
    yes: () => true,
    no: () => false,
    'for a service on the stream': ({ source }) => source === 'stream',
    'for a service on the bus': ({ source }) => source === 'bus',
  };

  test.each(variables)('says whether a function starts without $name', ({ name, refused }) => {
    for (const variant of all) {
      const complete = { ...variablesOf(variant), [environmentNames.replayQueue]: 'https://sqs.eu-west-1.amazonaws.com/1/replay.fifo' };
      if (complete[name as keyof typeof complete] === undefined) continue;
      const start = (given: Readonly<Record<string, string>>) => () => checkEnvironment(variant.service, readEnvironment(given));
      const { [name]: _, ...others } = complete as Readonly<Record<string, string>>;
      expect(start(complete), variant.service.name).not.toThrow();
      if (isRefused[refused]?.(variant.service)) expect(start(others), variant.service.name).toThrow(ChoreographyError);
      else expect(start(others), variant.service.name).not.toThrow();
    }
  });

  test('has every parameter of a service, and what is in its address', () => {
    const names = all.flatMap(({ service, stack }) =>
      Object.keys(parametersOf(stack)).map((name) => name.replace('/shop/', '/<backbone>/').replace(`/${service.name}`, '/<service>')),
    );
    const rows = tableBelow(page, 'Parameters');
    expect(rows.map(([name = '']) => plain(name)).sort()).toEqual([...new Set(names)].sort());
    const said = rows.find(([name]) => plain(name ?? '').includes('/services/'))?.[1] ?? '';
    const address = all.flatMap(({ service, stack }) =>
      Object.keys(JSON.parse(parametersOf(stack)[`${parameterNames.services('shop')}/${service.name}`] ?? '{}')),
    );
    expect([...said.matchAll(/`(\w+)`/g)].map(([, key]) => key).sort()).toEqual([...new Set(address)].sort());
  });

  test('bundles as the constructs do, but for what makes code smaller or says more', () => {
    const code = blocksIn('docs/without-constructs.md').find((block) => block.code.includes("from 'esbuild'"))?.code ?? '';
    const bare = (text: string) => text.replace(/[\s"'\\]/g, '');
    const { minify: _minify, legalComments: _comments, metafile: _metafile, logLevel: _level, ...needed } = bundleSettings;
    for (const [name, value] of Object.entries(needed)) expect(bare(code)).toContain(bare(`${name}: ${JSON.stringify(value)}`));
  });
});
