import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../../lib/contract/envelope.ts';
import type { PublishOutcome } from '../../../lib/runtime/ports/publisher.ts';
import { type PublisherHarness, publisherConformance } from '../../../lib/testing/conformance/publisher.ts';
import { failingCases } from './failing-cases.ts';

interface Fake extends PublisherHarness {
  readonly channel: Envelope[];
}

/** The simplest channel that keeps the port. */
function createFake(): Fake {
  const channel: Envelope[] = [];
  const throttled = new Set<string>();
  const refused = new Set<string>();
  const take = (event: Envelope): PublishOutcome => {
    if (refused.has(event.id)) return { status: 'refused', code: 'NOT_ALLOWED', message: 'not allowed' };
    if (throttled.delete(event.id)) return { status: 'retry', reason: 'throttled' };
    channel.push(structuredClone(event));
    return { status: 'published' };
  };
  return {
    channel,
    publisher: { publish: async (events) => events.map(take) },
    published: async () => [...channel],
    throttleOnce: (id) => void throttled.add(id),
    refusable: (event) => {
      refused.add(event.id);
      return event;
    },
  };
}

type Breaker = (fake: Fake) => Partial<PublisherHarness>;

function onPublish(
  change: (
    events: readonly Envelope[],
    publish: PublisherHarness['publisher']['publish'],
    fake: Fake,
  ) => Promise<readonly PublishOutcome[]>,
): Breaker {
  return (fake) => ({ publisher: { publish: (events) => change(events, fake.publisher.publish, fake) } });
}

const breakers: readonly [what: string, breaker: Breaker, caught: string][] = [
  ['publishes nothing', onPublish(async (events) => events.map(() => ({ status: 'published' }))), 'is in the channel, whole'],
  [
    'has an outcome for nothing',
    onPublish(async (events, publish) => (events.length === 0 ? [{ status: 'published' }] : publish(events))),
    'no events has no outcomes',
  ],
  [
    'drops what is not data',
    onPublish(async (events, publish) => publish(events.map(({ tracestate: _, ...event }) => event))),
    'is in the channel, whole',
  ],
  [
    'takes only the first 500',
    onPublish(async (events, publish) => [
      ...(await publish(events.slice(0, 500))),
      ...events.slice(500).map(() => ({ status: 'published' }) as const),
    ]),
    '520 events',
  ],
  [
    'takes only 5 MiB',
    onPublish(async (events, publish) =>
      JSON.stringify(events).length > 5_242_880 ? events.map(() => ({ status: 'retry', reason: 'too large' })) : publish(events),
    ),
    'large together',
  ],
  [
    'loses what is more than 5 MiB',
    onPublish(async (events, publish) =>
      JSON.stringify(events).length > 5_242_880 ? events.map(() => ({ status: 'published' })) : publish(events),
    ),
    'large together',
  ],
  ['mixes up the order of a key', (fake) => ({ published: async () => [...fake.channel].reverse() }), 'in the order of the calls'],
  [
    'stops at the first failure',
    onPublish(async (events, publish) => {
      const outcomes: PublishOutcome[] = [];
      for (const event of events) {
        const failed = outcomes.at(-1)?.status;
        outcomes.push(...(failed && failed !== 'published' ? [{ status: 'retry', reason: 'not tried' } as const] : await publish([event])));
      }
      return outcomes;
    }),
    'never stops the others',
  ],
  [
    'says that a throttled event is published',
    onPublish(async (events, publish) =>
      (await publish(events)).map((outcome) => (outcome.status === 'retry' ? { status: 'published' } : outcome)),
    ),
    'an event that is throttled',
  ],
  [
    'answers failures first',
    onPublish(async (events, publish) => [...(await publish(events))].sort((left) => (left.status === 'published' ? 1 : -1))),
    'an event that is refused',
  ],
  [
    'does not say why it refuses',
    onPublish(async (events, publish) =>
      (await publish(events)).map((outcome) => (outcome.status === 'refused' ? { ...outcome, message: '' } : outcome)),
    ),
    'an event that is refused',
  ],
  [
    'asks for a retry for ever',
    onPublish(async (events, publish) =>
      (await publish(events)).map((outcome) => (outcome.status === 'refused' ? { status: 'retry', reason: 'later' } : outcome)),
    ),
    'an event that is refused',
  ],
  [
    'refuses a second copy',
    onPublish(async (events, publish, { channel }) =>
      events.some(({ id }) => channel.some((event) => event.id === id))
        ? events.map(() => ({ status: 'refused', code: 'DUPLICATE', message: 'seen' }))
        : publish(events),
    ),
    'published twice is accepted twice',
  ],
];

describe('the publisher suite passes a channel that keeps the port', () => {
  for (const { name, run } of publisherConformance) test(name, () => run(async () => createFake()));
});

describe('the publisher suite finds a channel that', () => {
  for (const [what, breaker, caught] of breakers) {
    test(what, async () => {
      const make = async (): Promise<PublisherHarness> => {
        const fake = createFake();
        return { ...fake, ...breaker(fake) };
      };
      expect((await failingCases(publisherConformance, make)).join('\n')).toContain(caught);
    });
  }
});
