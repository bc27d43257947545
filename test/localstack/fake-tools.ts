import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Answers as LocalStack does when it is healthy; ends when told to, or when its standard input ends. */
const server = `
const port = Number(process.env.GATEWAY_LISTEN.split(':')[1]);
require('node:http').createServer((_, response) => response.end('{}')).listen(port, '127.0.0.1');
if (process.argv.includes('--attached')) process.stdin.on('end', () => process.exit(0)).resume();
`;

/** Stand-ins for Python, Java, Maven and npm in a folder of their own; each writes a line to `calls` when it does something. */
export async function createFakeTools() {
  const folder = await mkdtemp(join(tmpdir(), 'choreo-fake-'));
  const bin = join(folder, 'bin');
  const calls = join(folder, 'calls');
  await mkdir(bin);
  await writeFile(join(folder, 'server.cjs'), server);
  await writeFile(calls, '');
  const tool = async (name: string, script: string) => {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  };
  const python = `case "$1 $2" in
    "-m venv") echo venv >> ${calls}; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
    "-m pip") echo pip >> ${calls}; test ! -e ${folder}/no-pip || { echo "no matching distribution"; exit 1; } ;;
    "-m choreo_localstack.guard") test ! -e ${folder}/no-start || { echo "cannot import localstack"; exit 1; }
      exec ${process.execPath} ${folder}/server.cjs "$3" ;;
  esac`;
  await tool('python3.13', python);
  await tool('java', 'echo \'openjdk version "17.0.15"\' >&2');
  await tool('mvn', `test "$1" = --version || echo mvn >> ${calls}`);
  await tool('npm', `echo npm >> ${calls}`);
  return {
    tool,
    env: { PATH: `${bin}:/usr/bin:/bin`, HOME: folder, CHOREO_CACHE: join(folder, 'cache') },
    /** An environment in which nothing is found. */
    bare: { PATH: join(folder, 'nothing'), HOME: folder, CHOREO_CACHE: join(folder, 'cache') },
    /** From now on pip fails, or LocalStack does not start. */
    breakIt: (what: 'no-pip' | 'no-start') => writeFile(join(folder, what), ''),
    repairIt: (what: 'no-pip' | 'no-start') => rm(join(folder, what)),
    calls: async () => (await readFile(calls, 'utf8')).trim().split('\n'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** See `createFakeTools`. */
export type FakeTools = Awaited<ReturnType<typeof createFakeTools>>;
