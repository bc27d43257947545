// npm run test:localstack: everything on an emulator of its own: install, start, tests of the emulator and the adapters,
// deploy, tests of what is deployed, stop. Needs no Docker. Nothing is deployed while adapters are tested: the mappings of
// a deployed shop keep an emulator busy.
// `--only adapters|deployed|recovery` runs one part. Other arguments go to vitest, for example a file with `--only`.
// The account is not bootstrapped with `cdk bootstrap`, which takes longer than the deployment: a bucket for assets and the
// version parameter are all that `cdk deploy` asks for.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { isChoreographyError } from '../../lib/contract/errors.ts';
import { type Emulator, installLocalStack, startLocalStack } from '../../lib/localstack/index.ts';
import { deployArguments, synthArguments } from './deploy-arguments.ts';
import { FOLDER_VARIABLE } from './deployed/machine.ts';

const QUALIFIER = 'hnb659fds'; // the CDK's own
const BOOTSTRAP_VERSION = '30';
/** A minute of `rate(...)`: the sweeps of the services come more often than on AWS, and tests wait less. */
const MINUTE_SECONDS = '10';
const INTERRUPTED = 130;
/** The shop, with outside systems that can be made to fail. */
const APP = 'test/e2e/deployed/app.ts';
/** Most tests wait most of the time: files beside each other take half as long. More of the deployed shop at once is slower again. */
const together = (workers: number) => ['--fileParallelism', `--maxWorkers=${workers}`];
const RECOVERY = 'test/e2e/deployed/recovery.test.ts';
/** What vitest is given: tests of what needs no deployed shop, of the shop, and those that break it for everybody. */
const PARTS = {
  adapters: [...together(4), '--exclude', 'test/e2e/deployed/**'],
  deployed: [...together(3), 'test/e2e/deployed/', '--exclude', RECOVERY],
  recovery: [RECOVERY],
} as const;
type Part = keyof typeof PARTS;

interface Summary {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

const say = (line: string) => void process.stderr.write(`${line}\n`);
const children = new Set<ChildProcess>();
const times: string[] = [];
let emulator: Emulator | undefined;
let folder = '';
let [passed, failed] = [0, 0];

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  say(`• ${what}`);
  const from = performance.now();
  try {
    return await work();
  } finally {
    times.push(`${what} ${((performance.now() - from) / 1000).toFixed(1)} s`);
  }
}

/** Runs a tool of node_modules with the output on standard error; resolves to its exit code. */
function run(tool: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [join('node_modules', tool), ...args], { stdio: ['ignore', 2, 2], env: process.env });
  children.add(child);
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      children.delete(child);
      resolve(code ?? 1);
    });
  });
}

async function prepareAccount({ endpoint }: Emulator): Promise<void> {
  const authorization = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';
  const bucket = `${endpoint}/cdk-${QUALIFIER}-assets-000000000000-us-east-1`;
  const { ok, status } = await fetch(bucket, { method: 'PUT', headers: { authorization } });
  if (!ok) throw new Error(`The bucket for assets could not be created: ${status}.`);
  const parameter = { Name: `/cdk-bootstrap/${QUALIFIER}/version`, Value: BOOTSTRAP_VERSION, Type: 'String' as const };
  await new SSMClient().send(new PutParameterCommand(parameter));
}

async function cdk(args: readonly string[]): Promise<void> {
  const code = await run('aws-cdk/bin/cdk', args);
  if (code !== 0) throw new Error(`cdk ${args[0]} ended with ${code}.`);
}

/** A run without a test is a failure: it would be taken for a success. */
async function test(part: Part, args: readonly string[]): Promise<boolean> {
  const file = join(folder, `${part}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run('vitest/vitest.mjs', ['run', '--config', 'vitest.e2e.config.ts', ...reporters, ...PARTS[part], ...args]);
  const { numPassedTests, numFailedTests } = JSON.parse(await readFile(file, 'utf8')) as Summary;
  passed += numPassedTests;
  failed += numFailedTests;
  return code === 0 && numPassedTests > 0;
}

async function everything(parts: readonly Part[], args: readonly string[]): Promise<boolean> {
  process.env['CHOREO_MINUTE_SECONDS'] ??= MINUTE_SECONDS;
  process.env['CHOREO_LOCALSTACK_SETTINGS'] = '1'; // tests throttle it
  await timed('install', () => installLocalStack({ report: say }));
  const started = await timed('start', () => startLocalStack());
  emulator = started;
  Object.assign(process.env, started.env);
  let fine = true;
  let isDeployed = false;
  const templates = join(folder, 'cdk.out');
  // Beside the tests of the adapters, which wait most of the time; a failure shows where it is waited for.
  const synthesized = parts.some((part) => part !== 'adapters') ? cdk(synthArguments(APP, templates)) : Promise.resolve();
  synthesized.catch(() => {});
  for (const part of parts) {
    if (part !== 'adapters' && !isDeployed) {
      await timed('deploy', async () => {
        await prepareAccount(started);
        await synthesized;
        await cdk(deployArguments(templates));
      });
      isDeployed = true;
    }
    fine = (await timed(`tests of ${part}`, () => test(part, args))) && fine;
  }
  return fine;
}

async function stop(): Promise<void> {
  for (const child of children) child.kill('SIGKILL');
  await emulator?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
}

function onSignal(): void {
  void stop().finally(() => process.exit(INTERRUPTED));
}

async function main(given: readonly string[]): Promise<void> {
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  const at = given.indexOf('--only');
  const parts = (Object.keys(PARTS) as Part[]).filter((part) => at < 0 || part === given[at + 1]);
  const args = at < 0 ? given : given.toSpliced(at, 2);
  folder = await mkdtemp(join(tmpdir(), 'choreo-e2e-'));
  process.env[FOLDER_VARIABLE] = folder;
  const from = performance.now();
  let fine = false;
  try {
    fine = await everything(parts, args);
  } catch (error) {
    say(isChoreographyError(error) ? `${error.code}: ${error.message}\n${JSON.stringify(error.details, null, 2)}` : String(error));
  } finally {
    await timed('stop', stop);
  }
  process.stdout.write(
    `${times.join(', ')}; in all ${((performance.now() - from) / 1000).toFixed(0)} s\n${passed} passed, ${failed} failed\n`,
  );
  process.exitCode = fine ? 0 : 1;
}

await main(process.argv.slice(2));
