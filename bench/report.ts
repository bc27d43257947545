// All benches, one after the other, in some minutes.
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { awsBenches } from './aws/bench.ts';
import { bundlesBench } from './bundles.ts';
import { checksBench } from './checks.ts';
import { consumeBench } from './consume.ts';
import { growthBench } from './growth.ts';
import { type Figure, grid, table } from './measure.ts';
import { replayBench } from './replay.ts';
import { schemaBench } from './schema.ts';
import { shopBench } from './shop.ts';
import { typesBench } from './types.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } } });

const machine = { node: process.version, processor: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() };
if (!values.json)
  console.log(`node ${machine.node}, ${machine.cores} cores of ${machine.processor}; one process, CPU time of all its threads\n`);

interface Bench {
  readonly name: string;
  readonly title: string;
  run(): Promise<readonly Figure[]>;
}

const benches: readonly Bench[] = [
  { name: 'bundles', title: 'Functions of the sample, as they are deployed', run: bundlesBench },
  ...awsBenches,
  {
    name: 'runtime',
    title: 'The runtime alone, OrderPlaced at the inventory of the sample shop, a store that does nothing',
    run: consumeBench,
  },
  { name: 'shop', title: 'The sample shop in the embedded engine, 1,000 orders', run: shopBench },
  { name: 'growth', title: 'Growth from 1 to 100 services', run: growthBench },
  { name: 'schemas', title: 'Schemas: validators and the compatibility check', run: schemaBench },
  { name: 'checks', title: 'Checks of a choreography', run: checksBench },
  { name: 'types', title: 'Types: what the compiler takes longer', run: typesBench },
  { name: 'replay', title: 'Replay: reading the embedded stream', run: replayBench },
];
const asks = (only: string, name: string): boolean => name === only || name.startsWith(`${only}-`);
const unknown = values.only?.filter((only) => !benches.some(({ name }) => asks(only, name))) ?? [];
if (unknown.length > 0) throw new Error(`there is no bench ${unknown.join(', ')}; take ${benches.map(({ name }) => name).join(', ')}`);
const tables = [];
for (const { name, title, run } of benches) {
  if (values.only && !values.only.some((only) => asks(only, name))) continue;
  const figures = await run();
  tables.push({ title, figures });
  if (!values.json) console.log(asks('aws', name) ? grid(title, figures) : table(title, figures));
}
if (values.json) console.log(JSON.stringify({ version: 1, ...machine, tables }));
