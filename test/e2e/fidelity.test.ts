import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { probes } from './fidelity/all.ts';
import { createRig, type Rig } from './fidelity/probe.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

// Probes that take longer than a minute are left to fidelity.ts.
const quick = probes.filter(({ slow }) => !slow);

describe('the emulator does what AWS does', () => {
  const cases = quick.filter(({ deviates }) => !deviates).map((probe) => [`${probe.area}: ${probe.rule}`, probe] as const);
  test.concurrent.each(cases)('%s', async (_, probe) => {
    await probe.run(rig);
  });
});

describe('the page of deviations is still true: the emulator does not', () => {
  const cases = quick.filter(({ deviates }) => deviates).map((probe) => [`${probe.area}: ${probe.rule}`, probe] as const);
  test.concurrent.each(cases)('%s', async (_, probe) => {
    await expect(probe.run(rig)).rejects.toThrow();
  });
});
