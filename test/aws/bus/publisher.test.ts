import { describe, expect, test } from 'vitest';
import { createBusPublisher } from '../../../lib/aws/bus/publisher.ts';
import { traceHeaderOf } from '../../../lib/aws/bus/trace-header.ts';
import type { Envelope } from '../../../lib/contract/envelope.ts';
import { publisherConformance } from '../../../lib/testing/conformance/publisher.ts';
import { sampleEnvelope } from '../../../lib/testing/conformance/sample-items.ts';
import { type FakeCall, fakeClient, sdkError } from '../fake-client.ts';

function eventsOf(count: number, changes: Partial<Envelope> = {}): readonly Envelope[] {
  return Array.from({ length: count }, (_, position) => sampleEnvelope(`event-${position}`, changes));
}

function envelopesOf({ input }: FakeCall): readonly Envelope[] {
  return input.Entries.map(({ Detail }: { Detail: string }) => JSON.parse(Detail));
}

function takingAll(call: FakeCall) {
  return { Entries: envelopesOf(call).map(({ id }) => ({ EventId: id })), FailedEntryCount: 0 };
}

describe('the suite of the port, on a bus that answers as EventBridge does', () => {
  for (const { name, run } of publisherConformance) {
    test(name, () =>
      run(async () => {
        const channel: Envelope[] = [];
        const throttled = new Set<string>();
        const client = fakeClient((call) => ({
          Entries: envelopesOf(call).map((event) => {
            if (event.subject === 'forbidden') return { ErrorCode: 'NotAuthorizedForDetailTypeException', ErrorMessage: 'not yours' };
            if (throttled.delete(event.id)) return { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' };
            channel.push(event);
            return { EventId: event.id };
          }),
        }));
        return {
          publisher: createBusPublisher({ client, bus: 'events' }),
          published: async () => channel,
          throttleOnce: (id) => void throttled.add(id),
          refusable: (event) => ({ ...event, subject: 'forbidden' }),
        };
      }),
    );
  }
});

describe('calls', () => {
  test('no call has more than 10 entries or 990,000 bytes', async () => {
    const client = fakeClient(takingAll);
    const publisher = createBusPublisher({ client, bus: 'events' });
    await publisher.publish(eventsOf(21));
    await publisher.publish(eventsOf(7, { data: 'ä'.repeat(160_000) }));
    expect(client.calls.map((call) => envelopesOf(call).length)).toEqual([10, 10, 1, 3, 3, 1]);
  });

  test('the envelope is the detail; source, type, time and trace are those of the entry', async () => {
    const client = fakeClient(takingAll);
    const event = sampleEnvelope('event-1', { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' });
    await createBusPublisher({ client, bus: 'events' }).publish([event]);
    expect(client.calls[0]?.input.Entries).toEqual([
      {
        EventBusName: 'events',
        Source: 'order',
        DetailType: 'OrderPlaced',
        Detail: JSON.stringify(event),
        Time: new Date('2026-01-01T00:00:00.000Z'),
        TraceHeader: 'Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1',
      },
    ]);
  });

  test('a time or trace that is not valid is left out', async () => {
    const client = fakeClient(takingAll);
    await createBusPublisher({ client, bus: 'events' }).publish([sampleEnvelope('a', { time: 'yesterday', traceparent: 'none' })]);
    expect(Object.keys(client.calls[0]?.input.Entries[0])).toEqual(['EventBusName', 'Source', 'DetailType', 'Detail']);
  });

  test.each([
    [undefined, undefined],
    ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', undefined],
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01', undefined],
    ['00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01', undefined],
    [
      '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02',
      'Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=0',
    ],
  ])('the X-Ray header of %s is %s', (traceparent, header) => {
    expect(traceHeaderOf(traceparent)).toBe(header);
  });

  test('a bus is named by its name or its ARN, and anything else is refused when the publisher is made', () => {
    const client = fakeClient(takingAll);
    for (const bus of ['events', 'arn:aws:events:eu-west-1:123456789012:event-bus/events']) createBusPublisher({ client, bus });
    expect(() => createBusPublisher({ client, bus: '' })).toThrow(expect.objectContaining({ code: 'INVALID_CHANNEL' }));
  });
});

describe('what did not get through', () => {
  test.each([
    ['InternalFailure', { status: 'retry', reason: 'InternalFailure why' }],
    ['ThrottlingException', { status: 'retry', reason: 'ThrottlingException why' }],
    ['AccessDeniedException', { status: 'refused', code: 'PUBLISH_DENIED', message: 'AccessDeniedException why' }],
    ['NotAuthorizedForSourceException', { status: 'refused', code: 'PUBLISH_DENIED', message: 'NotAuthorizedForSourceException why' }],
    ['MalformedDetail', { status: 'refused', code: 'PUBLISH_REFUSED', message: 'MalformedDetail why' }],
    ['InvalidArgument', { status: 'refused', code: 'PUBLISH_REFUSED', message: 'InvalidArgument why' }],
    ['RedactionFailure', { status: 'refused', code: 'PUBLISH_REFUSED', message: 'RedactionFailure why' }],
  ])('an entry with %s', async (ErrorCode, outcome) => {
    const client = fakeClient(() => ({ Entries: [{ EventId: '1' }, { ErrorCode, ErrorMessage: 'why' }] }));
    expect(await createBusPublisher({ client, bus: 'events' }).publish(eventsOf(2))).toEqual([{ status: 'published' }, outcome]);
  });

  test('a call that is denied because of one type is narrowed down: that event is refused, the others are published', async () => {
    const client = fakeClient((call) => {
      if (envelopesOf(call).some(({ type }) => type === 'Foreign')) throw sdkError('AccessDeniedException', 403, 'not this type');
      return takingAll(call);
    });
    const events = eventsOf(10).map((event, index) => (index === 6 ? { ...event, type: 'Foreign' } : event));
    const outcomes = await createBusPublisher({ client, bus: 'events' }).publish(events);
    expect(outcomes.map(({ status }) => status)).toEqual([...Array(6).fill('published'), 'refused', ...Array(3).fill('published')]);
    expect(outcomes[6]).toMatchObject({ code: 'PUBLISH_DENIED' });
  });

  test('a publisher that may send nothing at all keeps its events until somebody gives it the permission', async () => {
    const client = fakeClient(() => {
      throw sdkError('AccessDeniedException', 403);
    });
    const outcomes = await createBusPublisher({ client, bus: 'events' }).publish(eventsOf(3));
    expect(outcomes.map(({ status }) => status)).toEqual(['retry', 'retry', 'retry']);
  });

  test.each([sdkError('ResourceNotFoundException', 400), sdkError('ThrottlingException', 400), sdkError('TimeoutError')])(
    'a call that fails with %s is not cut, and all is to be sent again',
    async (error) => {
      const client = fakeClient(() => {
        throw error;
      });
      const outcomes = await createBusPublisher({ client, bus: 'events' }).publish(eventsOf(10));
      expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['retry']));
      expect(client.calls).toHaveLength(1);
    },
  );

  test('an event that no call can hold, and a type that is too long, are refused without a call', async () => {
    const client = fakeClient(takingAll);
    const events = [sampleEnvelope('a', { data: 'x'.repeat(990_000) }), sampleEnvelope('b', { type: 'T'.repeat(129) })];
    const outcomes = await createBusPublisher({ client, bus: 'events' }).publish(events);
    expect(outcomes).toMatchObject([{ code: 'MESSAGE_TOO_LARGE' }, { code: 'PUBLISH_REFUSED' }]);
    expect(client.calls).toEqual([]);
  });
});
