import * as otel from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { defineReaction, defineService } from 'aws-choreography';
import { type OpenTelemetryApi, openTelemetry } from 'aws-choreography/lambda';
import { describe, expect, test } from 'vitest';
import { order } from '../../../functions/order/service.ts';
import { createEnvelope, isoTime } from '../../../lib/runtime/message/envelopes.ts';
import type { Tracing } from '../../../lib/runtime/ports/tracing.ts';
import { PlaceOrder as PlaceShopOrder } from '../../../schemas/generated/index.ts';
import { PlaceOrder } from '../../embedded/shop.ts';
import { createRig, type Rig } from '../../operations/rig.ts';
import { event } from '../../runtime/rig.ts';
import { context, createBench } from '../bench.ts';

const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** The SDK of OpenTelemetry, without the globals that other tests would share. */
function recording() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const manager = new AsyncLocalStorageContextManager().enable();
  const api: OpenTelemetryApi = {
    trace: {
      getTracer: (name) => provider.getTracer(name) as never,
      setSpan: (active, span) => otel.trace.setSpan(active as never, span as never),
      getSpanContext: (active) => otel.trace.getSpanContext(active as never),
      setSpanContext: (active, span) => otel.trace.setSpanContext(active as never, span),
    },
    context: { active: () => manager.active(), with: (active, work) => manager.with(active as never, work) },
    createTraceState: otel.createTraceState,
  };
  return { tracing: openTelemetry(api), spans: () => exporter.getFinishedSpans(), provider, manager };
}

async function place(rig: Rig, orderId: string): Promise<void> {
  await rig.send(PlaceOrder, { orderId }, orderId);
  await rig.settle();
}

/** `reaction < the reaction that sent its message`. */
function lineage(spans: readonly ReadableSpan[]): readonly string[] {
  const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  return spans.map(({ name, parentSpanContext }) => `${name} < ${names.get(parentSpanContext?.spanId ?? '') ?? '-'}`);
}

describe('with OpenTelemetry, a saga', () => {
  test('is one trace over all services: each run is below the run that sent its message, undos too', async () => {
    const { tracing, spans } = recording();
    await place(createRig({ tracing }), 'poor-1');
    expect(lineage(spans())).toEqual([
      'placeOrder < -',
      'reserveStock < placeOrder',
      'chargeOrder < reserveStock',
      'cancelOrder < chargeOrder',
      'undo reserveStock < chargeOrder',
      'sendMail < cancelOrder',
    ]);
    expect(new Set(spans().map((span) => span.spanContext().traceId)).size).toBe(1);
  });

  test('says of each run what it was about, and how it ended', async () => {
    const { tracing, spans } = recording();
    await place(createRig({ tracing }), 'poor-1');
    const charge = spans().find(({ name }) => name === 'chargeOrder') as ReadableSpan;
    expect([charge.kind, charge.status.code]).toEqual([otel.SpanKind.CONSUMER, otel.SpanStatusCode.UNSET]);
    expect(charge.attributes).toMatchObject({
      'messaging.operation.type': 'process',
      'messaging.consumer.group.name': 'payment',
      'cloudevents.event_type': 'StockReserved',
      'choreography.outcome': 'failed',
      'choreography.redriven': false,
    });
    expect(spans().find(({ name }) => name === 'reserveStock')?.attributes).toMatchObject({ 'choreography.outcome': 'done' });
  });

  test('has the same events with and without it', async () => {
    const eventsOf = async (rig: Rig) => {
      await place(rig, 'rich-1');
      return rig.backbone.published.map(({ envelope: { traceparent: _, ...others } }) => others);
    };
    expect(await eventsOf(createRig({ tracing: recording().tracing }))).toEqual(await eventsOf(createRig()));
  });
});

const begun = event('OrderBegun');
const ended = event('OrderEnded');

/** One service with one reaction on `OrderBegun`, and what is recorded of it. */
function single(react: () => unknown) {
  const reaction = defineReaction({
    name: 'end',
    on: begun,
    emits: [ended],
    async react({ data }, tx) {
      await react();
      tx.emit(ended, data);
    },
  });
  return defineService({ name: 'desk', reactions: [reaction] });
}

async function deliver(tracing: Tracing, head: { readonly traceparent?: string; readonly tracestate?: string }, react = () => {}) {
  const rig = createRig({ services: [single(react)], clients: {}, tracing });
  const ids = { id: 'o-1', source: 'tester', correlationid: 'o-1', causationid: 'o-1' };
  const message = createEnvelope(begun, { id: 'o-1' }, { ...ids, time: isoTime(rig.scheduler.now()), hops: 0, ...head });
  await rig.run(rig.backbone.publisher.publish([message]));
  await rig.settle();
  return { out: rig.backbone.published.find(({ envelope }) => envelope.type === 'OrderEnded')?.envelope };
}

describe('with OpenTelemetry, a run', () => {
  test('contains the spans that the reaction makes itself', async () => {
    const { tracing, spans, provider, manager } = recording();
    await deliver(tracing, {}, () => provider.getTracer('own').startSpan('look up', {}, manager.active()).end());
    expect(lineage(spans())).toEqual(['look up < end', 'end < -']);
  });

  test('is below the span that its message names, and carries its state on; what is active is linked', async () => {
    const { tracing, spans, provider, manager } = recording();
    const invocation = provider.getTracer('lambda').startSpan('invoke');
    const { out } = await manager.with(otel.trace.setSpan(manager.active(), invocation), () =>
      deliver(tracing, { traceparent: PARENT, tracestate: 'vendor=1' }),
    );
    const [span] = spans() as [ReadableSpan];
    expect([span.parentSpanContext?.spanId, span.links[0]?.context.spanId]).toEqual(['00f067aa0ba902b7', invocation.spanContext().spanId]);
    expect(out).toMatchObject({
      traceparent: `00-4bf92f3577b34da6a3ce929d0e0e4736-${span.spanContext().spanId}-01`,
      tracestate: 'vendor=1',
    });
  });

  test.each(['', 'nonsense', '00-00000000000000000000000000000000-00f067aa0ba902b7-01', PARENT.replace('00-', 'ff-')])(
    'on a message that says %j begins a trace of its own',
    async (traceparent) => {
      const { tracing, spans } = recording();
      await deliver(tracing, traceparent === '' ? {} : { traceparent });
      expect(spans().map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined]);
    },
  );

  test('that throws is an error with its code; the one after it is another span', async () => {
    const { tracing, spans } = recording();
    let tries = 0;
    await deliver(tracing, { traceparent: PARENT }, () => {
      tries += 1;
      if (tries === 1) throw new TypeError('no template');
    });
    expect(spans().map(({ status, attributes }) => [status.code, attributes['choreography.outcome'], attributes['error.type']])).toEqual([
      [otel.SpanStatusCode.ERROR, 'error', 'TypeError'],
      [otel.SpanStatusCode.UNSET, 'done', undefined],
    ]);
    expect(spans()[0]?.events[0]).toMatchObject({ name: 'exception', attributes: { 'exception.message': 'no template' } });
  });

  test('without an SDK records nothing, and events carry on what their message said', async () => {
    const { out } = await deliver(openTelemetry(otel), { traceparent: PARENT, tracestate: 'vendor=1' });
    expect(out).toMatchObject({ traceparent: PARENT, tracestate: 'vendor=1' });
  });
});

describe('a command', () => {
  const data = { customerId: 'c-1', items: [{ sku: 'tea', quantity: 2 }], totalCents: 900, currency: 'EUR' };
  const request = (headers: object) => ({
    rawPath: '/PlaceOrder',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'k-1', ...headers },
    requestContext: { http: { method: 'POST' } },
    body: JSON.stringify(data),
  });

  test.each([
    ['goes on in the trace of its caller', { traceparent: PARENT, tracestate: 'v=1' }, { traceparent: PARENT, tracestate: 'v=1' }],
    ['leaves out a state that is too long', { traceparent: PARENT, tracestate: 'x'.repeat(513) }, { traceparent: PARENT }],
    ['leaves out what is no trace', { traceparent: 'nonsense', tracestate: 'v=1' }, {}],
  ])('over HTTP %s', async (_, headers, carried) => {
    const bench = createBench(order);
    await bench.handlers.command(request(headers), context());
    const [{ traceparent, tracestate }] = bench.published as [(typeof bench.published)[number]];
    expect({ ...(traceparent ? { traceparent } : {}), ...(tracestate ? { tracestate } : {}) }).toEqual(carried);
  });

  test('is answered also where the tracing throws, which is logged once', async () => {
    const throws = () => expect.fail('no exporter');
    const bench = createBench(order, { tracing: { begin: throws, current: throws } });
    const call = { command: PlaceShopOrder.type, data, idempotencyKey: 'k-1' };
    expect(await bench.handlers.command(call, context())).toMatchObject({ ok: true });
    expect(await bench.handlers.command({ ...call, idempotencyKey: 'k-2' }, context())).toMatchObject({ ok: true });
    expect(bench.log.filter(({ message }) => message.startsWith('tracing failed'))).toHaveLength(1);
  });

  test('from a function that is traced goes on in its trace', async () => {
    const { tracing, spans, provider, manager } = recording();
    const bench = createBench(order, { tracing });
    const span = provider.getTracer('api').startSpan('POST /orders');
    const call = { command: PlaceShopOrder.type, data, idempotencyKey: 'k-1' };
    await manager.with(otel.trace.setSpan(manager.active(), span), () => bench.handlers.command(call, context()));
    expect(spans().map(({ name, parentSpanContext }) => [name, parentSpanContext?.spanId])).toEqual([
      ['placeOrder', span.spanContext().spanId],
    ]);
  });
});
