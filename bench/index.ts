import { availableParallelism } from 'node:os';
import { consumeBench } from './consume.ts';
import { engineBench } from './engine.ts';
import { growthBench } from './growth.ts';
import { table } from './measure.ts';

console.log(
  `node ${process.version}, ${availableParallelism()} cores, one process; CPU is user and system time, garbage collection included\n`,
);
console.log(table('Library cost: decode, validate, react, commit to a store that does nothing', await consumeBench()));
console.log(table('Embedded engine', await engineBench()));
console.log(table('Growth with the number of services', await growthBench()));
