import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { cliReference, REFERENCE } from './cli-reference.ts';

test(`${REFERENCE} is what the definitions of the commands say: npm run cli-reference writes it anew`, async () => {
  expect(await readFile(REFERENCE, 'utf8')).toBe(cliReference());
});
