import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One invocation of a probe's function, as the function told it. */
export interface Call {
  readonly event: unknown;
  readonly startedAt: number;
  endedAt?: number;
}

/** Decides what an invocation returns; what it throws, the function throws. */
export type Behaviour = (event: never, call: number) => unknown;

/** The code of every function of the probes: it asks here what to do. */
export const functionCode = `
exports.handler = async (event) => {
  const response = await fetch(process.env.RECORDER, { method: 'POST', body: JSON.stringify(event) });
  const { error, result } = await response.json();
  if (error) throw new Error(error);
  return result;
};
`;

/** Listens for functions, and lets each behave as its probe says. */
export async function createRecorder() {
  const functions = new Map<string, { readonly behaviour: Behaviour; readonly calls: Call[] }>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const found = functions.get(request.url?.slice(1) ?? '');
    const call: Call = { event: JSON.parse(Buffer.concat(chunks).toString()), startedAt: Date.now() };
    found?.calls.push(call);
    const answer = await Promise.resolve()
      .then(() => found?.behaviour(call.event as never, found.calls.length))
      .then(
        (result) => ({ result: result ?? null }),
        (error: unknown) => ({ error: String(error) }),
      );
    call.endedAt = Date.now();
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    /** Where a function of this name reports to. */
    urlOf: (name: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`,
    add(name: string, behaviour: Behaviour): readonly Call[] {
      const calls: Call[] = [];
      functions.set(name, { behaviour, calls });
      return calls;
    },
    close: () => server.close(),
  };
}
