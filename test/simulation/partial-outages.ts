// Outages of a part: some partitions of the tables, the replay queues, the control table, or one shard's worth of the stream.
import { ChoreographyError } from '../../lib/contract/errors.ts';
import { hash32, type Random } from '../../lib/embedded/random.ts';
import type { Unit, Write } from '../../lib/runtime/journal/unit.ts';
import type { PublishOutcome } from '../../lib/runtime/ports/publisher.ts';
import type { UnitOutcome } from '../../lib/runtime/ports/store.ts';
import type { RuntimePorts } from '../../lib/runtime/service-runtime.ts';
import type { Start } from './run.ts';

/** Milliseconds after the first process until an outage begins, at most, and for which it lasts. */
const BEGINS_MILLISECONDS_MAX = 5_000;
const LASTS_MILLISECONDS = [20_000, 300_000, 1_500_000] as const;
/** Of all keys, those that an outage hits: one in so many. */
const ONE_IN = [1, 2, 5] as const;

/** Codes of what no message is to blame for: a dead letter never has one. */
export const OUTAGE_CODES: ReadonlySet<string> = new Set([
  'STORE_THROTTLED',
  'STORE_UNAVAILABLE',
  'QUEUE_UNAVAILABLE',
  'PUBLISH_UNAVAILABLE',
]);

/** Whether it is there now, for a key. */
type Outage = (key: string) => boolean;

function unavailable(code: string): ChoreographyError {
  return new ChoreographyError(code, 'There is an outage (injected); try again.', { retryable: true });
}

function partitionOf(write: Write): string {
  if (write.kind === 'claim') return write.key.partition;
  if (write.kind === 'entity' || write.kind === 'entity-check') return `${write.key.entity} ${write.key.id}`;
  if (write.kind === 'saga' || write.kind === 'parked') return write.saga;
  return write.kind;
}

/** A table of which some partitions take nothing: a transaction that touches one is cancelled as a whole, as DynamoDB does it. */
function throttled({ store }: RuntimePorts, isDown: Outage): RuntimePorts['store'] {
  const isHit = ({ writes }: Unit) => writes.some((write) => isDown(partitionOf(write)));
  return {
    ...store,
    async commit(units) {
      const hit = units.map(isHit);
      if (!hit.includes(true)) return store.commit(units);
      return hit.map((one): UnitOutcome => ({ status: one ? 'conflict' : 'cancelled' }));
    },
    async read(request) {
      if (request.claims?.some(({ partition }) => isDown(partition))) throw unavailable('STORE_THROTTLED');
      return store.read(request);
    },
  };
}

type Part = (ports: RuntimePorts, isDown: Outage) => Partial<RuntimePorts>;

const parts: Readonly<Record<string, Part>> = {
  table: (ports, isDown) => ({ store: throttled(ports, isDown) }),
  queue: ({ replayQueue }, isDown) => ({
    replayQueue: {
      async send(sends) {
        if (sends.some(({ group }) => isDown(group))) throw unavailable('QUEUE_UNAVAILABLE');
        return replayQueue.send(sends);
      },
    },
  }),
  control: ({ control }, isDown) => ({
    control: {
      async consumer(name) {
        if (isDown(name)) throw unavailable('STORE_UNAVAILABLE');
        return control.consumer(name);
      },
      async setConsumer(name, state) {
        if (isDown(name)) throw unavailable('STORE_UNAVAILABLE');
        return control.setConsumer(name, state);
      },
    },
  }),
  stream: ({ publisher }, isDown) => ({
    publisher: {
      async publish(events) {
        const taken = events.filter(({ partitionkey }) => !isDown(partitionkey));
        const outcomes = taken.length > 0 ? [...(await publisher.publish(taken))] : [];
        const refusal: PublishOutcome = { status: 'retry', reason: 'there is an outage' };
        return events.map(({ partitionkey }) => (isDown(partitionkey) ? refusal : (outcomes.shift() ?? refusal)));
      },
    },
  }),
};

/** Processes that see one or two parts down for a while, of all services or of some. */
export function withPartsDown(random: Random, start: Start): Start {
  const names = Object.keys(parts);
  const chosen = [...new Set([random.pick(names), random.pick(names)])].map((name) => ({
    make: parts[name] as Part,
    begins: random.integer(BEGINS_MILLISECONDS_MAX),
    lasts: random.pick(LASTS_MILLISECONDS),
    oneIn: random.pick(ONE_IN),
    name,
  }));
  let first: number | undefined;
  return (options) => {
    const { clock } = options.ports;
    first ??= clock.now();
    const began = first;
    const ports = chosen.reduce<RuntimePorts>((before, { make, begins, lasts, oneIn, name }) => {
      const isDown: Outage = (key) => {
        const since = clock.now() - began - begins;
        return since >= 0 && since < lasts && hash32(`${name} ${key}`) % oneIn === 0;
      };
      return { ...before, ...make(before, isDown) };
    }, options.ports);
    return start({ ...options, ports });
  };
}
