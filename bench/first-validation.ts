// One process that has just started: loads the generated validators, checks one event, and prints what each took as JSON.
// Its argument is the data of an OrderPlaced. Started by `schema.ts`, many times.
import { cpuMicroseconds } from './measure.ts';

const data: unknown = JSON.parse(process.argv[2] ?? '');
const start = cpuMicroseconds();
const { validateOrderPlaced } = await import('../schemas/generated/validators.ts');
const loaded = cpuMicroseconds();
const isValid = validateOrderPlaced(data);
const checked = cpuMicroseconds();
if (!isValid) throw new Error('the event is not valid');
console.log(JSON.stringify({ load: loaded - start, first: checked - loaded }));
