import { writeFile } from 'node:fs/promises';
import { cliReference, REFERENCE } from './cli-reference.ts';

await writeFile(REFERENCE, cliReference());
