import { Command, Option } from '@commander-js/extra-typings';
import { describe, expect, test } from 'vitest';
import { createCommandContext } from '../../../lib/cli/command.ts';
import { addLocalstack } from '../../../lib/cli/localstack/command.ts';
import type { Launcher } from '../../../lib/cli/localstack/launcher.ts';
import { clientEnv, type EmulatorStatus, type StartOptions } from '../../../lib/localstack/index.ts';
import { expectOutput } from '../expected.ts';

const endpoint = 'http://127.0.0.1:4601';
const running: EmulatorStatus = {
  localstack: '4.14.0',
  state: 'up',
  endpoint,
  port: 4601,
  pid: 4711,
  log: '/cache/aws-choreography/run/default/localstack.log',
  env: clientEnv(endpoint),
};
const down: EmulatorStatus = { localstack: '4.14.0', state: 'down' };

/** A launcher that only remembers. */
function fakeLauncher(state: EmulatorStatus): Launcher & { readonly starts: StartOptions[] } {
  let status = state;
  const starts: StartOptions[] = [];
  return {
    starts,
    async start(options) {
      starts.push(options);
      options.report?.('installing python into /cache');
      status = running;
      return { endpoint };
    },
    async stop() {
      const ran = status.state !== 'down';
      status = down;
      return ran;
    },
    status: async () => status,
  };
}

const noWorld = () => Promise.reject(new Error('no command here is about a world'));

async function choreo(args: string, launcher: Launcher) {
  const [out, err]: [string[], string[]] = [[], []];
  let exit: number | undefined;
  const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text), isScreen: false, env: {} };
  const program = new Command('choreo')
    .addOption(new Option('--output <form>').choices(['text', 'json']).default('text'))
    .option('--json')
    .addOption(new Option('--color <when>').default('auto'))
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  const context = createCommandContext(
    terminal,
    (code) => {
      exit = code;
    },
    noWorld,
  );
  addLocalstack(program as never, context, launcher);
  await program.parseAsync(`localstack ${args}`.split(' '), { from: 'user' });
  return { exit, out: out.join(''), err: err.join('') };
}

describe('choreo localstack up', () => {
  test('says where it is and what to do next; what takes long goes to standard error', async () => {
    const { exit, out, err } = await choreo('up', fakeLauncher(down));
    expect({ exit, err }).toEqual({ exit: 0, err: 'installing python into /cache\n' });
    await expectOutput('localstack-up', out);
  });

  test('as JSON', async () => {
    await expectOutput('localstack-up-json', (await choreo('up --output json', fakeLauncher(down))).out);
  });

  test('starts nothing when it runs', async () => {
    const launcher = fakeLauncher(running);
    const { exit, out } = await choreo('up --json', launcher);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ started: false, endpoint });
    expect(launcher.starts).toEqual([]);
  });

  test('asks for a port, and for no other when it runs there', async () => {
    const launcher = fakeLauncher(down);
    await choreo('up --port 4601', launcher);
    await choreo('up --port 4601', launcher);
    expect(launcher.starts).toMatchObject([{ name: 'default', port: 4601 }]);
  });

  test('another port than it runs on is for the launcher to refuse', async () => {
    const launcher = fakeLauncher(running);
    await choreo('up --port 4602', launcher);
    expect(launcher.starts).toMatchObject([{ port: 4602 }]);
  });

  test.each(['0', '65536', 'http', '1.5'])('a port cannot be %s', async (port) => {
    await expect(choreo(`up --port ${port}`, fakeLauncher(down))).rejects.toMatchObject({ code: 'commander.invalidArgument' });
  });
});

describe('choreo localstack status', () => {
  test.each([
    ['up', running, 0, 'localstack-status-up'],
    ['silent', { ...running, state: 'silent' as const }, 1, 'localstack-status-silent'],
    ['down', down, 4, 'localstack-status-down'],
  ])('when it is %s', async (_, state, expected, name) => {
    const { exit, out } = await choreo('status', fakeLauncher(state));
    expect(exit).toBe(expected);
    await expectOutput(name, out);
  });
});

describe('choreo localstack stop', () => {
  test.each([
    ['ends it', running, 'LocalStack is stopped.\n'],
    ['is content when there is nothing', down, 'LocalStack was not running.\n'],
  ])('%s', async (_, state, expected) => {
    expect(await choreo('stop', fakeLauncher(state))).toEqual({ exit: 0, out: expected, err: '' });
  });
});

describe('choreo localstack env', () => {
  test('prints lines for a shell', async () => {
    const { exit, out } = await choreo('env', fakeLauncher(running));
    expect(exit).toBe(0);
    await expectOutput('localstack-env', out);
  });

  test('as JSON', async () => {
    const { out } = await choreo('env --json', fakeLauncher(running));
    expect(JSON.parse(out)).toEqual({ version: 1, command: 'localstack env', env: clientEnv(endpoint) });
  });

  test('refuses when it does not run, and says how to start it', async () => {
    await expect(choreo('env', fakeLauncher(down))).rejects.toMatchObject({
      code: 'LOCALSTACK_NOT_RUNNING',
      details: { fix: expect.stringContaining('choreo localstack up') },
    });
  });
});

test('the help says what is installed, where, and what it needs', async () => {
  const out: string[] = [];
  const program = new Command('choreo').exitOverride().configureOutput({ writeOut: (text) => void out.push(text) });
  const terminal = { out: () => {}, err: () => {}, isScreen: false, env: {} };
  addLocalstack(
    program as never,
    createCommandContext(terminal, () => {}, noWorld),
    fakeLauncher(down),
  );
  await expect(program.parseAsync(['localstack', '--help'], { from: 'user' })).rejects.toMatchObject({ code: 'commander.helpDisplayed' });
  await expectOutput('localstack-help', out.join(''));
});
