import { client, defineReaction, defineService } from 'aws-choreography';
import { describe, expect, test } from 'vitest';
import { createRuntime } from '../../lib/runtime/create-runtime.ts';
import { guardTracing } from '../../lib/runtime/guarded-tracing.ts';
import type { RunSpan, Tracing } from '../../lib/runtime/ports/tracing.ts';
import { isTraceparent } from '../../lib/runtime/traceparent.ts';
import { createRig, deliveriesOf, event, messageOf } from './rig.ts';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const OWN = '00-4bf92f3577b34da6a3ce929d0e0e4736-1111111111111111-01';
const begun = event('OrderBegun');
const ended = event('OrderEnded');
const failed = event('OrderFailed');

interface Desk {
  book(id: string): Promise<string>;
}

const fail = (): never => {
  throw new Error('the tracer is broken');
};
const span: RunSpan = { context: { traceparent: OWN, tracestate: 'v=1' }, within: (work) => work(), end() {} };
const withSpan = (changes: object): Tracing => ({ begin: () => ({ ...span, ...changes }), current: () => undefined });

/** One booking, one failure and one message without a table, under a tracing; what came of them. */
async function play(tracing?: Tracing) {
  const calls: string[] = [];
  let runs = 0;
  const reaction = defineReaction({
    name: 'book',
    on: begun,
    emits: [ended],
    fails: [failed],
    delivery: 'at-most-once',
    clients: { desk: client<Desk>() },
    async react({ data }, tx) {
      runs += 1;
      const booking = await tx.clients.desk.book(data.id);
      if (data.id === 'full') tx.fail(failed, data);
      if (data.id === 'bad') throw Object.assign(new Error('no such id'), { retryable: false });
      tx.emit(ended, data);
      return booking;
    },
    onGiveUp: ({ data }, tx) => tx.fail(failed, data),
  });
  const book = async (id: string) => {
    calls.push(id);
    return 'b-1';
  };
  const rig = createRig(defineService({ name: 'desk', reactions: [reaction] }), { clients: { desk: { book } } });
  const { ports } = rig.options;
  const guarded = tracing ? { tracing: guardTracing(tracing, 'desk', ports.telemetry) } : {};
  const runtime = createRuntime({ ...rig.options, ports: { ...ports, ...guarded } });
  const messages = ['one', 'full', 'bad'].map((id) => messageOf(begun, id, { traceparent: PARENT }));
  const results = await runtime.consume(deliveriesOf(messages, rig.clock.now()), { deadline: rig.clock.now() + 60_000 });
  return {
    came: {
      results: results.map(({ status }) => status),
      calls,
      runs,
      events: rig.published.map(({ type, data, id }) => [type, data, id]),
      claims: rig.store.allClaims().map(({ state, data }) => [state, data]),
      letters: rig.store.allDeadLetters().map(({ error, attempts, phase }) => [error.code, attempts, phase]),
    },
    traces: [...new Set(rig.published.map(({ traceparent }) => traceparent))],
    warnings: rig.log.filter(({ message }) => message.startsWith('tracing failed')).map(({ level }) => level),
  };
}

describe('messages are handled as without tracing by a tracing', () => {
  const rejects = async () => fail();
  test.each<[string, Tracing, warnings: number, carried?: string]>([
    ['that begins no span', { begin: fail, current: fail }, 1],
    ['that gives nothing for a span', { begin: () => undefined as never, current: fail }, 1],
    ['that begins a span later', { begin: (async () => span) as never, current: fail }, 1],
    ['that rejects when it begins one', { begin: rejects as never, current: fail }, 1],
    ['whose span does not end', withSpan({ end: fail }), 1, OWN],
    ['whose span rejects at its end', withSpan({ end: rejects }), 1, OWN],
    ['whose span runs nothing', withSpan({ within: () => {} }), 0, OWN],
    ['whose span throws before it runs', withSpan({ within: fail }), 1, OWN],
    ['whose span throws after it', withSpan({ within: (work: () => unknown) => [work(), fail()] }), 1, OWN],
    ['whose span runs it twice', withSpan({ within: (work: () => unknown) => [work(), work()][0] }), 0, OWN],
    ['whose span runs it later', withSpan({ within: (work: () => unknown) => void Promise.resolve().then(work) }), 0, OWN],
    ['whose span loses its answer', withSpan({ within: async (work: () => unknown) => void (await work()) }), 0, OWN],
    ['whose span is nowhere', withSpan({ context: undefined }), 0],
    ['whose span is at nothing', withSpan({ context: { traceparent: null, tracestate: null } }), 0],
    ['whose span is at a number', withSpan({ context: { traceparent: 7 } }), 0],
    ['whose span is at what is no trace', withSpan({ context: { traceparent: 'x'.repeat(600_000) } }), 0],
    ['whose span throws where it is', { begin: () => Object.defineProperty({ ...span }, 'context', { get: fail }), current: fail }, 1],
  ])('%s', async (_what, tracing, warnings, carried = PARENT) => {
    const plain = await play();
    const traced = await play(tracing);
    await new Promise((resolve) => setImmediate(resolve)); // what rejects without anybody waiting ends the test here
    expect(traced.came).toEqual(plain.came);
    expect(plain.came).toMatchObject({ results: ['done', 'done', 'done'], runs: 3, calls: ['one', 'full', 'bad'] });
    expect(traced.traces).toEqual([carried]);
    expect(traced.warnings).toEqual(Array.from({ length: warnings }, () => 'warn'));
  });
});

test.each([
  [PARENT, true],
  [PARENT.replace('00-', '01-'), false],
  [PARENT.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)), false],
  [PARENT.replace('00f067aa0ba902b7', '0'.repeat(16)), false],
  [PARENT.toUpperCase(), false],
  [7, false],
])('%j is a traceparent: %j', (text, is) => {
  expect(isTraceparent(text)).toBe(is);
});
