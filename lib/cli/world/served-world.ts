import { ChoreographyError } from '../../contract/errors.ts';
import { type EngineAddress, notRunning } from './engine-file.ts';
import { type PortAnswer, passingOn, type WorldHello } from './protocol.ts';
import type { World } from './world.ts';

/** Milliseconds that one call may take. */
const CALL_MILLISECONDS = 10_000;

async function fetchJson(address: EngineAddress, path: string, body?: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${address.port}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${address.token}` },
    signal: AbortSignal.timeout(CALL_MILLISECONDS),
    ...(body === undefined ? {} : { body }),
  }).catch((error: unknown) => {
    throw notRunning(error);
  });
  if (response.ok) return response.json();
  throw new ChoreographyError('CALL_REFUSED', `The served demo answered ${response.status} to ${path}.`, {
    details: { status: response.status },
  });
}

/** Opens a demo that another process serves. @throws ENGINE_NOT_RUNNING, CALL_REFUSED */
export async function openServedWorld(address: EngineAddress, who: string): Promise<World> {
  const hello = (await fetchJson(address, '/world')) as WorldHello;
  const opened = performance.now();
  const clock = {
    now: () => hello.now + Math.floor(performance.now() - opened),
    sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  };
  const access = passingOn(
    { ...hello, who },
    clock,
    async (call) => (await fetchJson(address, '/call', JSON.stringify(call))) as PortAnswer,
  );
  return { access, finish: (work) => work, changed: async () => {}, close() {}, still: false };
}
