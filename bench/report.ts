// All benches, one after the other, in some minutes.
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { checksBench } from './checks.ts';
import { consumeBench } from './consume.ts';
import { growthBench } from './growth.ts';
import { table } from './measure.ts';
import { replayBench } from './replay.ts';
import { schemaBench } from './schema.ts';
import { shopBench } from './shop.ts';
import { typesBench } from './types.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

const machine = { node: process.version, processor: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() };
if (!values.json)
  console.log(`node ${machine.node}, ${machine.cores} cores of ${machine.processor}; one process, CPU time of all its threads\n`);

const benches = [
  { title: 'The runtime alone, OrderPlaced at the inventory of the sample shop, a store that does nothing', run: consumeBench },
  { title: 'The sample shop in the embedded engine, 1,000 orders', run: shopBench },
  { title: 'Growth from 1 to 100 services', run: growthBench },
  { title: 'Schemas: validators and the compatibility check', run: schemaBench },
  { title: 'Checks of a choreography', run: checksBench },
  { title: 'Types: what the compiler takes longer', run: typesBench },
  { title: 'Replay: reading the embedded stream', run: replayBench },
];
const tables = [];
for (const { title, run } of benches) {
  const figures = await run();
  tables.push({ title, figures });
  if (!values.json) console.log(table(title, figures));
}
if (values.json) console.log(JSON.stringify({ version: 1, ...machine, tables }));
