import type { Envelope } from '../contract/envelope.ts';
import { ChoreographyError, isChoreographyError } from '../contract/errors.ts';
import { scanText } from './message/scan.ts';
import type { Clock } from './ports/clock.ts';
import type { Delivery, DeliveryResult, Invocation } from './ports/delivery.ts';
import type { Publisher, PublishOutcome } from './ports/publisher.ts';
import type { Telemetry } from './ports/telemetry.ts';

/** Forwards from the stream to the bus. */
export interface Bridge {
  /** A batch from the stream. One result per delivery. Does not throw when the bus does not answer. */
  consume(deliveries: readonly Delivery[], invocation: Invocation): Promise<readonly DeliveryResult[]>;
}

/** What `createBridge` takes. */
export interface BridgeOptions {
  /** Event types that some consumer of the bus subscribes to; `*` forwards everything, e.g. for an archive. */
  readonly types: ReadonlySet<string> | '*';
  readonly bus: Publisher;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Keeps what can never be forwarded: no envelope, or refused by the bus for good. It is safe when this resolves. */
  readonly onMalformed: (delivery: Delivery, error: ChoreographyError) => Promise<void>;
}

/** Entries of one PutEvents call. */
const ENTRIES_MAX = 10;
/** Tries of one call before the rest is given back to the stream. */
const TRIES_MAX = 3;
/** Milliseconds before the second try; doubles. */
const REPEAT_MILLISECONDS = 100;
/** Milliseconds before the deadline at which no new call is begun. */
const DEADLINE_MARGIN_MILLISECONDS = 5_000;
const LABELS = { service: 'bridge' };
const REQUIRED_ATTRIBUTES = ['id', 'source', 'type', 'time', 'dataschema', 'correlationid'] as const;

const done: DeliveryResult = { status: 'done' };
const lateResult: DeliveryResult = { status: 'unfinished', reason: 'the bridge had no time left' };

interface Forward {
  readonly index: number;
  readonly delivery: Delivery;
  readonly envelope: Envelope;
}

function readEnvelope(text: string): Envelope {
  scanText(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ChoreographyError('INVALID_JSON', 'The record is not JSON; publish through the runtime, which writes the envelope.', {
      cause,
    });
  }
  const attributes = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const missing = REQUIRED_ATTRIBUTES.find((name) => typeof attributes[name] !== 'string' || attributes[name] === '');
  if (attributes['specversion'] === '1.0' && missing === undefined) return value as Envelope;
  const attribute = missing ?? 'specversion';
  throw new ChoreographyError(
    'INVALID_ENVELOPE',
    `The record has no ${attribute}; a CloudEvents 1.0 envelope of the runtime is expected.`,
    {
      details: { attribute },
    },
  );
}

/** Outcomes of one call; a channel that does not answer took none of them, as far as anybody knows. */
async function publish(bus: Publisher, forwards: readonly Forward[]): Promise<readonly PublishOutcome[]> {
  try {
    return await bus.publish(forwards.map(({ envelope }) => envelope));
  } catch (error) {
    if (isChoreographyError(error) && !error.retryable) throw error;
    return forwards.map(() => ({ status: 'retry', reason: error instanceof Error ? error.message : String(error) }));
  }
}

/**
 * The function that feeds the bus from the stream: what some consumer of the bus subscribes to, at least once, failed
 * entries again. It reads without a filter, so it is the one that sees what is malformed: a mapping with a filter drops
 * such records silently.
 */
export function createBridge({ types, bus, clock, telemetry, onMalformed }: BridgeOptions): Bridge {
  async function park(delivery: Delivery, error: ChoreographyError): Promise<void> {
    telemetry.count('dead-letters', { ...LABELS, code: error.code });
    telemetry.log({
      level: 'error',
      message: 'a record cannot be forwarded and is a dead letter',
      fields: { code: error.code, source: delivery.source },
    });
    await onMalformed(delivery, error);
  }
  async function settle({ delivery, envelope }: Forward, outcome: PublishOutcome | undefined): Promise<DeliveryResult> {
    if (outcome?.status === 'published') return done;
    if (outcome?.status !== 'refused') return { status: 'unfinished', reason: outcome?.reason ?? 'the bus gave no outcome' };
    const { code, message } = outcome;
    await park(delivery, new ChoreographyError(code, message, { details: { type: envelope.type, id: envelope.id } }));
    return done;
  }
  async function forward(results: DeliveryResult[], forwards: readonly Forward[]): Promise<void> {
    let open = forwards;
    for (let attempt = 1; ; attempt += 1) {
      const outcomes = await publish(bus, open);
      const failed = open.filter((_, index) => (outcomes[index]?.status ?? 'retry') === 'retry');
      for (const [index, entry] of open.entries()) results[entry.index] = await settle(entry, outcomes[index]);
      telemetry.count('events-published', LABELS, outcomes.filter(({ status }) => status === 'published').length);
      if (failed.length === 0 || attempt >= TRIES_MAX) return;
      telemetry.count('publish-retries', LABELS, failed.length);
      await clock.sleep(REPEAT_MILLISECONDS * 2 ** (attempt - 1));
      open = failed;
    }
  }
  return {
    async consume(deliveries, { deadline }) {
      const results: DeliveryResult[] = deliveries.map(() => done);
      const forwards: Forward[] = [];
      for (const [index, delivery] of deliveries.entries()) {
        telemetry.count('consumed', LABELS);
        try {
          const envelope = readEnvelope(delivery.body);
          if (types === '*' || types.has(envelope.type)) forwards.push({ index, delivery, envelope });
          else telemetry.count('ignored', LABELS);
        } catch (error) {
          if (!isChoreographyError(error)) throw error;
          await park(delivery, error);
        }
      }
      for (let at = 0; at < forwards.length; at += ENTRIES_MAX) {
        const some = forwards.slice(at, at + ENTRIES_MAX);
        if (clock.now() < deadline - DEADLINE_MARGIN_MILLISECONDS) await forward(results, some);
        else for (const { index } of some) results[index] = lateResult;
      }
      return results;
    },
  };
}
