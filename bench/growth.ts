// What more services cost: the same number of events, through choreographies of 1, 10 and 100 services.
import {
  type Choreography,
  defineChoreography,
  defineEntity,
  defineReaction,
  defineService,
  type EventType,
  eventType,
} from 'aws-choreography';
import { message } from 'aws-choreography/testing';
import { createEngine } from '../lib/embedded/engine.ts';
import { createRuntime } from '../lib/runtime/create-runtime.ts';
import type { Delivery } from '../lib/runtime/ports/delivery.ts';
import { consumeAll } from './consume.ts';
import { createIdlePorts, NOW } from './idle-ports.ts';
import { cpuMicroseconds, cpuPerItem, type Figure, median } from './measure.ts';

interface StepData {
  readonly id: string;
}

const SIZES = [1, 10, 100];
/** Services that one saga passes through, at most; far below the limit of hops. */
const STEPS_MAX = 10;
/** Events of one round, whatever the number of services. */
const EVENTS = 2_000;
const ROUNDS = 5;
const BATCH = 10;

const Step = defineEntity<{ count: number }>('Step');

function stepEvent(index: number): EventType<string, StepData> {
  const type = `Step${index}Begun`;
  const validate = (data: unknown) =>
    typeof (data as StepData | null)?.id === 'string' ? [] : [{ path: '/id', expected: 'a text', received: typeof data }];
  return eventType<string, StepData>({
    type,
    version: 1,
    subject: 'id',
    schema: { uri: `urn:aws-choreography:${type}:1`, sensitive: [], validate },
  });
}

/** Services in lines of ten: each counts and begins the next step; the last of a line ends the saga. */
function lines(size: number): { readonly choreography: Choreography; readonly events: readonly EventType<string, StepData>[] } {
  const events = Array.from({ length: size }, (_, index) => stepEvent(index));
  const services = events.map((event, index) => {
    const next = (index + 1) % STEPS_MAX === 0 ? undefined : events[index + 1];
    const reaction = defineReaction({
      name: `step${index}`,
      on: event,
      emits: next ? [next] : [],
      reads: ({ data }) => [[Step, data.id] as const],
      async react({ data }, tx) {
        tx.put(Step, data.id, { count: ((await tx.get(Step, data.id))?.count ?? 0) + 1 });
        if (next) tx.emit(next, { id: data.id });
      },
    });
    return defineService({ name: `service-${index}`, reactions: [reaction] });
  });
  return { choreography: defineChoreography({ name: 'lines', services }), events };
}

/** All services in one process, each with a runtime of its own, on a store that does nothing. */
async function runtimeCost(size: number): Promise<number> {
  const { choreography, events } = lines(size);
  const shares = choreography.services.map((service, index) => {
    const event = events[index] as EventType<string, StepData>;
    const deliveries = Array.from({ length: EVENTS / size }, (_, at): Delivery => {
      const body = JSON.stringify(message(event, { id: `s-${at}` }, { id: `event-${at}`, correlationid: `saga-${at}` }));
      return { body, source: { kind: 'stream', stream: 'bench', shard: '0', sequenceNumber: `${at}` }, arrivedAt: NOW };
    });
    return { runtime: createRuntime({ service, ports: createIdlePorts({ count: 0 }) }), deliveries };
  });
  return cpuPerItem(ROUNDS, EVENTS, async () => {
    for (const { runtime, deliveries } of shares) await consumeAll(runtime, deliveries, BATCH);
  });
}

/** The engine, warm: what an event costs with everything around it. */
async function engineCost(size: number): Promise<number> {
  const { choreography, events } = lines(size);
  const steps = Math.min(size, STEPS_MAX);
  const firsts = events.filter((_, index) => index % STEPS_MAX === 0);
  return cpuPerItem(ROUNDS, EVENTS, async () => {
    const engine = createEngine(choreography);
    for (let saga = 0; saga < EVENTS / steps; saga += 1)
      await engine.publish(firsts[saga % firsts.length] as EventType<string, StepData>, { id: `s-${saga}` });
    await engine.settle();
    if (engine.published().length !== EVENTS) throw new Error(`${engine.published().length} events instead of ${EVENTS}`);
  });
}

/** Milliseconds of CPU until an engine stands. */
function startCost(size: number): number {
  const { choreography } = lines(size);
  return median(
    Array.from({ length: ROUNDS }, () => {
      const before = cpuMicroseconds();
      createEngine(choreography);
      return (cpuMicroseconds() - before) / 1000;
    }),
  );
}

/** The rows. */
export async function growthBench(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const names = SIZES.map((size) => ({ size, of: `${size} ${size === 1 ? 'service' : 'services'}` }));
  for (const { size, of } of names) figures.push({ name: `runtime alone, ${of}`, value: await runtimeCost(size), unit: 'µs CPU/event' });
  for (const { size, of } of names) figures.push({ name: `engine, ${of}`, value: await engineCost(size), unit: 'µs CPU/event' });
  for (const { size, of } of names) figures.push({ name: `engine, time to start ${of}`, value: startCost(size), unit: 'ms CPU' });
  return figures;
}
