// How cost grows with the number of services: each takes events of its own; the events per service fall as they grow.
import { defineChoreography, defineEntity, defineReaction, defineService, type EventType, eventType } from 'aws-choreography';
import { createEngine } from '../lib/embedded/engine.ts';
import { cpuMicroseconds, type Figure } from './measure.ts';

interface Data {
  readonly id: string;
}
const EVENTS = 2_000;
const SIZES = [1, 10, 100];
const Tally = defineEntity<{ count: number }>('Tally');

function eventOf(index: number): EventType<string, Data> {
  const type = `Thing${index}Noted`;
  return eventType<string, Data>({
    type,
    version: 1,
    subject: 'id',
    schema: { uri: `urn:aws-choreography:${type}:1`, sensitive: [], validate: () => [] },
  });
}

function serviceOf(event: EventType<string, Data>, index: number) {
  const note = defineReaction({
    name: 'noteThing',
    on: event,
    async react({ data: { id } }, tx) {
      const tally = await tx.get(Tally, id);
      tx.put(Tally, id, { count: (tally?.count ?? 0) + 1 });
    },
  });
  return defineService({ name: `service-${index}`, reactions: [note] });
}

async function growthRows(services: number): Promise<readonly Figure[]> {
  const started = cpuMicroseconds();
  const events = Array.from({ length: services }, (_, index) => eventOf(index + 1));
  const engine = createEngine(defineChoreography({ name: 'growth', services: events.map(serviceOf) }));
  const ready = cpuMicroseconds();
  for (let index = 0; index < EVENTS; index += 1)
    await engine.publish(events[index % services] as EventType<string, Data>, { id: `thing-${index}` });
  await engine.settle();
  const ended = cpuMicroseconds();
  return [
    { name: `${services} services: to start`, value: (ready - started) / 1000, unit: 'ms CPU' },
    { name: `${services} services: an event through the engine`, value: (ended - ready) / EVENTS, unit: 'µs CPU/event' },
  ];
}

/** The rows. */
export async function growthBench(): Promise<readonly Figure[]> {
  await growthRows(1); // warms up
  const figures: Figure[] = [];
  for (const size of SIZES) figures.push(...(await growthRows(size)));
  return figures;
}
