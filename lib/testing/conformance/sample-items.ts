import type { Envelope } from '../../contract/envelope.ts';
import type { Claim } from '../../runtime/journal/claim.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { entryKey } from '../../runtime/journal/item-key.ts';
import { markerId, type OutboxMarker } from '../../runtime/journal/outbox.ts';
import type { ParkedMessage, SagaMarker } from '../../runtime/journal/parked.ts';
import type { EntityRecord, Write } from '../../runtime/journal/unit.ts';

/** 2026-01-01T00:00:00Z in milliseconds: a fixed time for items whose time is not compared with a clock. */
export const SAMPLE_TIME = 1_767_225_600_000;

/** A message that is complete, with `changes`. */
export function sampleEnvelope(id: string, changes: Partial<Envelope> = {}): Envelope {
  return {
    specversion: '1.0',
    id,
    source: 'order',
    type: 'OrderPlaced',
    subject: `order-${id}`,
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    dataschema: 'https://schemas.example/OrderPlaced/1.0.0',
    data: { orderId: `order-${id}`, total: 12.5 },
    correlationid: `saga-${id}`,
    causationid: `cause-${id}`,
    partitionkey: `saga-${id}`,
    hops: 1,
    ...changes,
  };
}

/** The claim of one message, done by `version`, with no expiry. */
export function sampleClaim(saga: string, version: string, changes: Partial<Claim> = {}): Claim {
  return {
    kind: 'entry',
    key: entryKey(saga, 'reserve', 'order', 'event-1'),
    saga,
    reaction: 'reserve',
    state: 'done',
    version,
    deadLetters: [],
    emissions: [],
    ...changes,
  };
}

/** The write of a claim, on condition that it is absent unless `expect` says otherwise. */
export function claimWrite(put: Claim, expect: string | null = null): Write {
  return { kind: 'claim', key: put.key, expect, put };
}

/** An entity's record. */
export function sampleRecord(version: string, state: unknown = { count: 1 }, indexes: Readonly<Record<string, string>> = {}): EntityRecord {
  return { state, shapeVersion: 1, version, indexes };
}

/** The write of an entity. */
export function entityWrite(id: string, expect: string | null, put: EntityRecord | null, entity = 'Order'): Write {
  return { kind: 'entity', key: { entity, id }, expect, put };
}

/** The marker of a parked saga with one message in its line. */
export function sampleMarker(saga: string, version: string, changes: Partial<SagaMarker> = {}): SagaMarker {
  return {
    saga,
    version,
    members: [{ order: 1, source: 'order', id: 'event-1', payloadHash: 'hash-of-the-payload' }],
    nextOrder: 2,
    wakeAt: SAMPLE_TIME,
    tries: 1,
    parkedAt: SAMPLE_TIME,
    ...changes,
  };
}

/** A parked message. */
export function sampleParked(saga: string, order: number): ParkedMessage {
  return {
    saga,
    order,
    message: sampleEnvelope(`event-${order}`, { correlationid: saga }),
    source: { kind: 'stream', stream: 'events', shard: 'shard-0', sequenceNumber: String(order) },
    failures: { reserve: { attempts: 1, firstAt: SAMPLE_TIME, lastAt: SAMPLE_TIME, error: { code: 'TECHNICAL', message: 'no answer' } } },
  };
}

/** An open dead letter; its id orders it by the time of its failure, in milliseconds. */
export function sampleDeadLetter(failedAt: number, version: string, changes: Partial<DeadLetter> = {}): DeadLetter {
  const time = new Date(failedAt).toISOString();
  return {
    id: `${time}~letter`,
    version,
    consumer: 'inventory',
    reactions: ['reserve'],
    phase: 'react',
    message: sampleEnvelope('event-1'),
    error: { code: 'TECHNICAL', message: 'no answer' },
    attempts: 5,
    firstFailedAt: time,
    lastFailedAt: time,
    source: { kind: 'queue', queue: 'inventory', messageId: 'm-1' },
    state: 'open',
    redrives: 0,
    ...changes,
  };
}

/** The outbox marker of a commit. */
export function sampleOutboxMarker(commit: string, committedAt: number): OutboxMarker {
  return {
    id: markerId(new Date(committedAt).toISOString(), commit),
    entries: [{ commit, claim: entryKey(`saga-${commit}`, 'reserve', 'order', 'event-1') }],
    committedAt,
  };
}
