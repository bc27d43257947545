import { message } from 'aws-choreography/testing';
import { createStream } from '../lib/embedded/channels/stream.ts';
import { createMemoryControl } from '../lib/embedded/memory/control.ts';
import { createMemoryControlRecords } from '../lib/embedded/memory/control-records.ts';
import { createMemoryStore } from '../lib/embedded/memory/store.ts';
import { createMemoryStreamReader } from '../lib/embedded/memory/stream-reader.ts';
import type { OperatorAccess } from '../lib/operations/access.ts';
import type { Clock } from '../lib/runtime/ports/clock.ts';
import { OrderPlaced } from '../schemas/generated/index.ts';
import { NOW } from './idle-ports.ts';

const SHARDS = 4;

/** A clock whose waits are over at once. */
export function createJumpingClock(): Clock {
  let now = NOW;
  return {
    now: () => now,
    async sleep(milliseconds: number) {
      now += milliseconds;
    },
  };
}

/** An operator, and what its queue was given. */
export interface Desk {
  readonly access: OperatorAccess;
  readonly sent: () => number;
}

/** An operator in front of a stream with so many events, and of a queue that forgets; `onSend` is told of each call, and may take its time. */
export function createDesk(clock: Clock, events: number, onSend?: (count: number) => Promise<void>): Desk {
  const stream = createStream({ name: 'bench', clock, shards: SHARDS });
  for (let index = 0; index < events; index += 1) {
    const data = { orderId: `o-${index}`, customerId: 'c-1', items: [{ sku: 'tea', quantity: 1 }], totalCents: 900, currency: 'EUR' };
    const saga = `saga-${index}`;
    const envelope = message(OrderPlaced, data, { id: `event-${index}`, correlationid: saga, partitionkey: saga });
    stream.put({ data: JSON.stringify(envelope), partitionKey: saga });
  }
  let sent = 0;
  const store = createMemoryStore({ clock });
  const access: OperatorAccess = {
    who: 'bench',
    clock,
    control: createMemoryControl(),
    records: createMemoryControlRecords({ clock }),
    stream: createMemoryStreamReader({ stream, clock }),
    checkMessage: async () => ({ problems: [], schema: 'unknown' }),
    consumers: async () => [{ name: 'inventory', source: 'stream' }],
    store: () => store,
    replayQueue: () => ({
      async send(sends) {
        sent += sends.length;
        await onSend?.(sends.length);
      },
    }),
  };
  return { access, sent: () => sent };
}
