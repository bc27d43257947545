import type { Envelope } from '../../contract/envelope.ts';
import type { Publisher, PublishOutcome } from '../../runtime/ports/publisher.ts';
import { type ConformanceCase, check, checkSame, conformanceCase } from './check.ts';
import { sampleEnvelope } from './sample-items.ts';

/** A publisher to be checked, with the far end of its channel. */
export interface PublisherHarness {
  readonly publisher: Publisher;
  /** All that the channel holds so far; events of one partition key in the channel's order. */
  published(): Promise<readonly Envelope[]>;
  /**
   * The next time the event with this id comes, and only then, the channel does not take it, as when it is throttled;
   * others of the same call it takes. `undefined` only for a channel that takes everything at any time.
   */
  readonly throttleOnce: ((eventId: string) => void) | undefined;
  /** Makes of an event one that the channel refuses for good, e.g. too large or not allowed; the id stays. */
  refusable(event: Envelope): Envelope;
}

const rule = conformanceCase<PublisherHarness>;

/** Events in one call: more than `PutRecords` takes (500). */
const MANY_EVENTS = 520;
/** Large events in one call: more bytes than one `PutRecords` takes. */
const LARGE_EVENTS = 60;
/** Bytes of data of a large event; a message may have 256 KiB. */
const LARGE_BYTES = 200_000;
/** Publish calls after which a throttled event must be in the channel. */
const TRIES_MAX = 5;

function eventsOf(count: number, data?: unknown): readonly Envelope[] {
  return Array.from({ length: count }, (_, position) => sampleEnvelope(`event-${position}`, data === undefined ? {} : { data }));
}

function statusesOf(outcomes: readonly PublishOutcome[]): readonly string[] {
  return outcomes.map(({ status }) => status);
}

async function publishAll({ publisher }: PublisherHarness, events: readonly Envelope[]): Promise<void> {
  const outcomes = await publisher.publish(events);
  checkSame(
    statusesOf(outcomes),
    events.map(() => 'published'),
    'each event has the outcome `published`',
  );
}

async function checkChannel(harness: PublisherHarness, expected: readonly Envelope[]): Promise<void> {
  const found = new Map((await harness.published()).map((event) => [event.id, event]));
  checkSame([...found.keys()].sort(), expected.map(({ id }) => id).sort(), 'the channel holds what is `published`, and nothing else');
  for (const event of expected) checkSame(found.get(event.id), event, 'an event is in the channel as it was given');
}

/** Every guarantee of the `Publisher` port. */
export const publisherConformance: readonly ConformanceCase<PublisherHarness>[] = [
  rule('a call with no events has no outcomes', async (harness) => {
    checkSame(await harness.publisher.publish([]), [], 'there is one outcome per event');
    checkSame(await harness.published(), [], 'nothing is in the channel');
  }),
  rule('an event that is `published` is in the channel, whole', async (harness) => {
    const data = { text: '"quotes" \\ \n 日本 👩‍🚀', number: 0.1, none: null, list: [[], {}] };
    const event = sampleEnvelope('event-1', {
      data,
      tracestate: 'a=b',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      replayid: 'r-1',
    });
    await publishAll(harness, [event]);
    await checkChannel(harness, [event]);
  }),
  rule(`${MANY_EVENTS} events of one call are all published, each with its outcome`, async (harness) => {
    const events = eventsOf(MANY_EVENTS);
    await publishAll(harness, events);
    await checkChannel(harness, events);
  }),
  rule('events of one call that are large together are all published', async (harness) => {
    const events = eventsOf(LARGE_EVENTS, { text: 'x'.repeat(LARGE_BYTES) });
    await publishAll(harness, events);
    await checkChannel(harness, events);
  }),
  rule('events of one key are in the channel in the order of the calls', async (harness) => {
    const key = { partitionkey: 'saga-1', correlationid: 'saga-1' };
    const events = Array.from({ length: 8 }, (_, position) => sampleEnvelope(`event-${position}`, key));
    for (const event of events) await publishAll(harness, [event, sampleEnvelope(`other-${event.id}`)]);
    const order = (await harness.published()).filter(({ partitionkey }) => partitionkey === 'saga-1').map(({ id }) => id);
    // At least once: a later copy is fine, but the first ones are in order.
    checkSame(
      [...new Set(order)],
      events.map(({ id }) => id),
      'the channel keeps the order of a key',
    );
  }),
  rule('an event that is throttled is published by this call or answered `retry`, and never stops the others', async (harness) => {
    const events = eventsOf(5);
    const [, throttled] = events as [Envelope, Envelope];
    harness.throttleOnce?.(throttled.id);
    const outcomes = await harness.publisher.publish(events);
    checkSame(outcomes.length, events.length, 'there is one outcome per event');
    const [outcome] = outcomes.slice(1, 2);
    check(outcome?.status === 'published' || outcome?.status === 'retry', 'throttling is no refusal', { outcome });
    const others = statusesOf(outcomes).filter((_, position) => position !== 1);
    checkSame(others, ['published', 'published', 'published', 'published'], 'the other events are published');
    let status = outcome?.status;
    for (let tries = 0; status === 'retry' && tries < TRIES_MAX; tries += 1) {
      checkSame(
        (await harness.published()).filter(({ id }) => id === throttled.id),
        [],
        'an event with `retry` is not in the channel',
      );
      [status] = statusesOf(await harness.publisher.publish([throttled])) as [typeof status];
    }
    checkSame(status, 'published', 'an event that was throttled is published when it is sent again');
    await checkChannel(harness, events);
  }),
  rule('an event that is refused has its own outcome, with a code and a message, and never stops the others', async (harness) => {
    const events = eventsOf(5).map((event, position) => (position === 2 ? harness.refusable(event) : event));
    for (const round of [1, 2]) {
      const outcomes = await harness.publisher.publish(events);
      checkSame(
        statusesOf(outcomes),
        ['published', 'published', 'refused', 'published', 'published'],
        `outcomes are in the order of the events (round ${round})`,
      );
      const [outcome] = outcomes.slice(2, 3);
      check(outcome?.status === 'refused' && outcome.code !== '' && outcome.message !== '', '`refused` says why', { outcome });
    }
    await checkChannel(harness, events.toSpliced(2, 1));
  }),
  rule('an event that is published twice is accepted twice', async (harness) => {
    const event = sampleEnvelope('event-1');
    await publishAll(harness, [event]);
    await publishAll(harness, [event]);
    await checkChannel(harness, [event]);
  }),
];
