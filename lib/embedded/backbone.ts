import type { Publisher } from '../runtime/ports/publisher.ts';
import { createBus, type EventBus } from './channels/bus.ts';
import { createStreamPublisher } from './channels/publisher.ts';
import { createStream, type Stream } from './channels/stream.ts';
import type { EngineEvent, PublishedRecord } from './engine-event.ts';
import type { FaultRates } from './faults/faults.ts';
import { createWorldControl, type WorldControl } from './memory/world-control.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './time/world-clock.ts';
import { createTrace, type Trace } from './trace.ts';

/** What all services of a world share. */
export interface Backbone {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly stream: Stream;
  readonly bus: EventBus;
  /** To the stream, without faults. */
  readonly publisher: Publisher;
  readonly control: WorldControl;
  readonly trace: Trace;
  readonly rates: FaultRates;
  /** Longest time on each way of a call, in milliseconds. */
  readonly latencyMilliseconds: number;
  /** Every event that ever got onto the stream. */
  readonly published: readonly PublishedRecord[];
  emit(event: EngineEvent): void;
  onEvent(listener: (event: EngineEvent) => void): void;
}

/** What `createBackbone` takes. */
export interface BackboneOptions extends Pick<Backbone, 'scheduler' | 'random' | 'rates' | 'latencyMilliseconds'> {
  readonly shards?: number;
}

/** Stream, bus, control table, and the trace of what happens on them. */
export function createBackbone({ shards, ...options }: BackboneOptions): Backbone {
  const { scheduler, random } = options;
  const stream = createStream({ name: 'events', clock: scheduler, ...(shards === undefined ? {} : { shards }) });
  const bus = createBus({ name: 'bus', scheduler, random: random.fork('bus') });
  const trace = createTrace();
  const published: PublishedRecord[] = [];
  const listeners: ((event: EngineEvent) => void)[] = [];
  const emit = (event: EngineEvent) => {
    for (const listener of listeners) listener(event);
  };
  stream.onPut((shard, { sequenceNumber, envelope, data, arrivedAt: at }) => {
    trace.note('put', at, shard, sequenceNumber, envelope?.id ?? data);
    if (!envelope) return;
    const record = { envelope, shard, sequenceNumber, at };
    published.push(record);
    emit({ kind: 'published', ...record });
  });
  return {
    ...options,
    stream,
    bus,
    publisher: createStreamPublisher(stream),
    control: createWorldControl(),
    trace,
    published,
    emit,
    onEvent: (listener) => void listeners.push(listener),
  };
}
