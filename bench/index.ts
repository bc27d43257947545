import { consumeBench } from './consume.ts';
import { table } from './measure.ts';

console.log(`node ${process.version}, one process`);
console.log(table('Library cost', await consumeBench()));
