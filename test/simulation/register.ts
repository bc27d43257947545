// A service that loses events at first and gets them back by replays: what is taken twice, or not at all, shows.
import { defineEntity, defineReaction, defineService, type EventType, type Service } from 'aws-choreography';
import type { Engine } from '../../lib/embedded/engine.ts';
import type { Random } from '../../lib/embedded/random.ts';
import { isVisible } from './judge-random.ts';
import type { Start } from './run.ts';
import { createSkewedRuntime } from './skewed-clock.ts';

/** Its service. */
export const REGISTER = 'register';
/** Milliseconds after the first process until which it loses what it gets. */
const LOSES_MILLISECONDS_MAX = 10_000;

/** How often each event was taken: what a replay brings back counts once. */
const Register = defineEntity<{ readonly counts: Readonly<Record<string, number>> }>('Register');

/** The service that keeps it. */
export function registerOf(events: readonly EventType[]): Service {
  const register = defineReaction({
    name: 'registerEvent',
    on: events as readonly [EventType],
    async react({ id, source, correlationid: saga }, tx) {
      const before = await tx.get(Register, saga);
      const event = `${source} ${id}`;
      tx.put(Register, saga, { counts: { ...before?.counts, [event]: (before?.counts[event] ?? 0) + 1 } });
    },
  });
  return defineService({ name: REGISTER, source: 'bus', reactions: [register] }); // what comes back comes in no order
}

/** A subscription that loses what it gets at first, as one that was left out. */
export function losing(random: Random): { readonly start: Start; isOver(nowMs: number): boolean } {
  const untilMilliseconds = random.integer(LOSES_MILLISECONDS_MAX);
  let first: number | undefined;
  const isOver = (nowMs: number) => nowMs - (first ?? nowMs) >= untilMilliseconds;
  return {
    isOver,
    start(options) {
      const runtime = createSkewedRuntime(options);
      if (options.service.name !== REGISTER) return runtime;
      const { clock } = options.ports;
      first ??= clock.now();
      return {
        ...runtime,
        consume: async (deliveries, invocation) =>
          isOver(clock.now()) ? runtime.consume(deliveries, invocation) : deliveries.map(() => ({ status: 'done' as const })),
      };
    },
  };
}

/** Each event is in it once. */
export function judgeRegister(engine: Engine): string[] {
  const store = engine.store(REGISTER);
  return [...new Set(engine.published().map(({ envelope }) => envelope.correlationid))].flatMap((saga) => {
    if (isVisible(engine, [REGISTER], saga)) return [];
    const counts = (store.entity(Register.name, saga)?.state as { counts: Readonly<Record<string, number>> } | undefined)?.counts ?? {};
    const events = new Set(
      engine.published().flatMap(({ envelope }) => (envelope.correlationid === saga ? [`${envelope.source} ${envelope.id}`] : [])),
    );
    return [...events].flatMap((event) =>
      counts[event] === 1 ? [] : [`${event} of saga ${saga} was registered ${counts[event] ?? 0} times`],
    );
  });
}
