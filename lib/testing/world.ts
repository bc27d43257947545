import type { Choreography } from '../contract/choreography.ts';
import { checkIndex, type EntityType } from '../contract/entity.ts';
import type { Envelope } from '../contract/envelope.ts';
import { ChoreographyError } from '../contract/errors.ts';
import type { DataOf, EventType } from '../contract/message-type.ts';
import type { Settings } from '../contract/settings.ts';
import { createEngine, type Engine } from '../embedded/engine.ts';
import type { Faults } from '../embedded/faults/faults.ts';
import { consumersOf, knownManifests } from '../operations/access.ts';
import { sagaOf } from '../operations/sagas/saga.ts';
import type { DeadLetter } from '../runtime/journal/dead-letter.ts';
import type { StreamSource } from '../runtime/ports/stream-reader.ts';
import type { Tracing } from '../runtime/ports/tracing.ts';
import { keyOf, readState } from '../runtime/transaction/state-shape.ts';
import { hasEnded, notEnded } from './saga-end.ts';
import { answerOf, QUERY_ENTITIES_MAX, type SagaWorld } from './saga-world.ts';
import type { StoredEntity } from './stored.ts';
import { named, type ParkedMessage, parkedTexts } from './what-waits.ts';
import { checkWhose } from './whose-entity.ts';

/** What `createWorld` takes beside the choreography. */
export interface WorldOptions {
  /** By name: every client that a reaction declares. @default {} */
  readonly clients?: Readonly<Record<string, object>>;
  /** The same seed gives the same run: a whole number from 0. @default 1 */
  readonly seed?: number;
  /** Probabilities from 0 to 1. @default - none */
  readonly faults?: Faults;
  /** State that is there before the test. @default [] */
  readonly given?: readonly StoredEntity[];
  /** Numbers that all services go by, e.g. a shorter time until one gives up. @default - those of AWS */
  readonly settings?: Partial<Settings>;
  /** Spans for the reactions of all services, as `createHandlers` takes it. Their times are those of the machine. @default - none */
  readonly tracing?: Tracing;
}

/** A dead letter, with the service that gave up. */
export type WorldDeadLetter = DeadLetter & { readonly service: string };

/** A whole choreography in memory, on a virtual clock. */
export interface World extends SagaWorld {
  /** Puts an event onto the stream, as another system would. @throws SCHEMA_VIOLATION */
  publish<E extends EventType>(
    event: E,
    data: NoInfer<DataOf<E>>,
    options?: { readonly correlationId?: string },
  ): Promise<{ correlationId: string }>;
  /** Puts an event of another system onto the bus; services with such an inbound take it. */
  putEvent(event: { readonly source: string; readonly detailType: string; readonly detail: object }): void;
  /** Puts a message of another system into a queue or stream that inbounds read, by logical name. @throws UNKNOWN_INPUT */
  putMessage(to: { readonly queue: string } | { readonly stream: string }, message: unknown): void;
  /** Runs until nothing is left to do; `advanceSeconds` then moves the virtual clock, and what becomes due happens. @throws NOT_AT_REST */
  settle(options?: { readonly advanceSeconds?: number }): Promise<void>;
  /** The events of one saga as they got onto the stream, duplicates left out. */
  events(correlationId: string): readonly Envelope[];
  /** @throws UNKNOWN_SERVICE, INVALID_ID, ENTITY_ELSEWHERE if other services have written that entity, and this one has neither read nor written one */
  state<State>(service: string, entity: EntityType<State>, id: string): State | undefined;
  readonly deadLetters: readonly WorldDeadLetter[];
  /** Everything that got onto the stream, by position, e.g. for `loadHistory`; reading it takes no time. */
  readonly stream: StreamSource;
}

function firstCopies(envelopes: readonly Envelope[]): readonly Envelope[] {
  return [...new Map(envelopes.map((envelope) => [`${envelope.source}|${envelope.id}`, envelope])).values()];
}

/** The head of a parked saga, with what keeps it there. */
interface ParkedHead extends ParkedMessage {
  readonly saga: string;
}

async function parkedHeads(engine: Engine): Promise<readonly ParkedHead[]> {
  const heads: ParkedHead[] = [];
  for (const service of engine.services) {
    const store = engine.store(service);
    for (const { saga } of store.allMarkers()) {
      const [head] = await store.listParked(saga, 1);
      if (head) heads.push({ service, saga, type: head.message.type, failures: head.failures });
    }
  }
  return heads;
}

/** Each failure by itself, as a test compares it. */
function detailsOf({ service, saga, type, failures }: ParkedHead): readonly object[] {
  const details = Object.entries(failures).map(
    ([
      reaction,
      {
        error: { code, message },
      },
    ]) => ({ service, saga, type, reaction, code, message }),
  );
  return details.length > 0 ? details : [{ service, saga, type }];
}

function notAtRest(parked: readonly ParkedHead[]): ChoreographyError {
  return new ChoreographyError(
    'NOT_AT_REST',
    `After two hours of virtual time there is still work${parked.length > 0 ? `: ${named(parked.flatMap(parkedTexts))}` : ''}.`,
    { details: { parked: parked.flatMap(detailsOf) } },
  );
}

/**
 * Puts a choreography up in memory: every service with the real runtime, faults by seed. For tests of several services
 * together. @throws CLIENT_MISSING, INVALID_FAULTS, INVALID_SEED
 */
export function createWorld(choreography: Choreography, options: WorldOptions = {}): World {
  const engine = createEngine(choreography, options);
  const access = engine.operate(consumersOf(choreography));
  async function settle({ advanceSeconds = 0 }: { readonly advanceSeconds?: number } = {}): Promise<void> {
    if (!(await engine.settle({ advanceSeconds }))) throw notAtRest(await parkedHeads(engine));
  }
  return {
    stream: { stream: access.stream, clock: { now: () => engine.scheduler.now(), sleep: async () => {} } },
    async send(command, data, { idempotencyKey } = {}) {
      const outcome = await engine.send(command, data, idempotencyKey === undefined ? {} : { idempotencyKey });
      return answerOf(command, outcome);
    },
    async publish(event, data, { correlationId } = {}) {
      return engine.publish(event, data, correlationId === undefined ? {} : { correlationId });
    },
    putEvent: engine.putEvent,
    putMessage: (to, message) => engine.putMessage(to, JSON.stringify(message)),
    settle,
    async ended(correlationId) {
      await settle();
      const saga = await sagaOf(access, correlationId, await knownManifests(access));
      if (hasEnded(saga)) return saga;
      throw notEnded(saga, 'though the world is at rest');
    },
    events: (correlationId) =>
      firstCopies(engine.published().flatMap(({ envelope }) => (envelope.correlationid === correlationId ? [envelope] : []))),
    state<State>(service: string, entity: EntityType<State>, id: string) {
      const record = engine.store(service).entity(keyOf(entity, id).entity, id);
      checkWhose(engine, service, entity.name, record ? [record] : []);
      return record && (readState(entity, id, record) as State);
    },
    async query<State>(service: string, entity: EntityType<State>, index: string, value: string) {
      checkIndex(entity, index);
      const { items } = await engine.store(service).queryEntities({ entity: entity.name, index, value, limit: QUERY_ENTITIES_MAX });
      checkWhose(
        engine,
        service,
        entity.name,
        items.map(({ record }) => record),
      );
      return items.map(({ id, record }) => readState(entity, id, record) as State);
    },
    get deadLetters() {
      return engine.services.flatMap((service) =>
        engine
          .store(service)
          .allDeadLetters()
          .map((letter) => ({ ...letter, service })),
      );
    },
  };
}
