// npx tsx --conditions=source test/e2e/fidelity.ts: prints what the emulator does as AWS does, and what it does instead.
// Uses the emulator that AWS_ENDPOINT_URL names, or starts one. Takes two minutes: Lambda's least record age is one.
import { startLocalStack } from '../../lib/localstack/index.ts';
import { probes } from './fidelity/all.ts';
import { createRig, type Probe, type Rig } from './fidelity/probe.ts';

const AT_A_TIME = 8;
const MINUTE_SECONDS = '10';

async function verdictOf({ run }: Probe, rig: Rig): Promise<string> {
  try {
    await run(rig);
    return 'as AWS';
  } catch (error) {
    return `**deviates**: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200)}`;
  }
}

async function verdictsOf(rig: Rig): Promise<ReadonlyMap<Probe, string>> {
  const verdicts = new Map<Probe, string>();
  const queue = [...probes];
  const lane = async () => {
    for (let probe = queue.shift(); probe; probe = queue.shift()) verdicts.set(probe, await verdictOf(probe, rig));
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  return verdicts;
}

async function main(): Promise<void> {
  process.env['CHOREO_MINUTE_SECONDS'] ??= MINUTE_SECONDS;
  const emulator = process.env['AWS_ENDPOINT_URL']
    ? undefined
    : await startLocalStack({ report: (line) => process.stderr.write(`${line}\n`) });
  Object.assign(process.env, emulator?.env);
  try {
    const rig = await createRig();
    const verdicts = await verdictsOf(rig);
    await rig.close();
    process.stdout.write(
      [
        '| area | on AWS | here |',
        '| --- | --- | --- |',
        ...probes.map((probe) => `| ${probe.area} | ${probe.rule} | ${verdicts.get(probe)} |`),
      ].join('\n'),
    );
    process.stdout.write(`\n\n${[...verdicts.values()].filter((verdict) => verdict === 'as AWS').length} of ${probes.length} as AWS\n`);
  } finally {
    await emulator?.stop();
  }
}

await main();
