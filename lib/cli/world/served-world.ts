import { ChoreographyError, isChoreographyError } from '../../contract/errors.ts';
import { type EngineAddress, notRunning, readEngineFile } from './engine-file.ts';
import { type PortAnswer, passingOn, type WorldHello } from './protocol.ts';
import type { World } from './world.ts';

/** Milliseconds that one call may take; a command is tried again some times. */
const CALL_MILLISECONDS = 30_000;
/** Milliseconds in which a world says that it is there. */
const HELLO_MILLISECONDS = 5_000;

function noAnswer(error: unknown, milliseconds: number): ChoreographyError {
  if ((error as { readonly name?: unknown } | null)?.name !== 'TimeoutError') return notRunning(error);
  return new ChoreographyError('ENGINE_SILENT', `The world served from this folder has not answered for ${milliseconds / 1000} s.`, {
    cause: error,
    retryable: true,
    details: {
      why: 'Its process is stopped, or the call takes longer; it may still be done.',
      fix: 'Look at the terminal where it runs. You can send a command again with the same --key.',
    },
  });
}

async function fetchJson(address: EngineAddress, path: string, body?: string): Promise<unknown> {
  const milliseconds = body === undefined ? HELLO_MILLISECONDS : CALL_MILLISECONDS;
  const response = await fetch(`http://127.0.0.1:${address.port}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${address.token}` },
    signal: AbortSignal.timeout(milliseconds),
    ...(body === undefined ? {} : { body }),
  }).catch((error: unknown) => {
    throw noAnswer(error, milliseconds);
  });
  if (response.ok) return response.json();
  throw new ChoreographyError('CALL_REFUSED', `The world served from this folder answered ${response.status} to ${path}.`, {
    details: { status: response.status },
  });
}

/** Opens a world that another process serves. @throws ENGINE_NOT_RUNNING, ENGINE_SILENT (retryable), CALL_REFUSED */
export async function openServedWorld(address: EngineAddress, who: string): Promise<World> {
  const hello = (await fetchJson(address, '/world')) as WorldHello;
  const opened = performance.now();
  const clock = {
    now: () => hello.now + Math.floor((performance.now() - opened) * hello.timeScale),
    sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds / hello.timeScale)),
  };
  const ports = passingOn(
    { ...hello, who },
    clock,
    async (call) => (await fetchJson(address, '/call', JSON.stringify(call))) as PortAnswer,
  );
  return { ...ports, finish: (work) => work, changed: async () => {}, close() {}, still: false, timeScale: hello.timeScale };
}

/** Whether a world answers at the address; what answers there without knowing the token is another one's. */
async function answers(address: EngineAddress): Promise<boolean> {
  try {
    return typeof ((await fetchJson(address, '/world')) as Partial<WorldHello> | null)?.now === 'number';
  } catch (error) {
    return isChoreographyError(error, 'ENGINE_SILENT');
  }
}

/** That commands in this folder cannot mean another world than the one that is about to be served. @throws ENGINE_RUNNING */
export async function checkNobodyServes(folder: string): Promise<void> {
  let address: EngineAddress;
  try {
    address = readEngineFile(folder);
  } catch {
    return; // there is none, or one that no command could read
  }
  if (!(await answers(address))) return;
  throw new ChoreographyError('ENGINE_RUNNING', `A world is already served from this folder, by the process ${address.process}.`, {
    details: {
      why: 'Commands in a folder work on the world that is served there.',
      fix: 'Use it, end it with Ctrl-C in its terminal, or serve this one from another folder.',
    },
  });
}
