import { isChoreographyError } from '../../contract/errors.ts';
import type { RunSpan, TraceContext, TracedEnd, TracedRun, Tracing } from '../../runtime/ports/tracing.ts';
import { readTraceparent } from '../../runtime/traceparent.ts';

/** What of `@opentelemetry/api` is used: the package takes the team's own, so that both mean the same spans. */
export interface OpenTelemetryApi<Context = unknown> {
  readonly trace: {
    getTracer(name: string): OtelTracer<Context>;
    setSpan(context: Context, span: OtelSpan): Context;
    getSpanContext(context: Context): OtelSpanContext | undefined;
    setSpanContext(context: Context, spanContext: OtelSpanContext): Context;
  };
  readonly context: {
    active(): Context;
    with<Work extends () => ReturnType<Work>>(context: Context, work: Work): ReturnType<Work>;
  };
  createTraceState(raw: string): OtelTraceState;
}

/** `TraceState` of OpenTelemetry. */
export interface OtelTraceState {
  serialize(): string;
}

/** `SpanContext` of OpenTelemetry. */
export interface OtelSpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the API's own type has methods that are not used here
  readonly traceState?: any;
}

/** `Span` of OpenTelemetry. */
export interface OtelSpan {
  spanContext(): OtelSpanContext;
  setAttribute(name: string, value: string): unknown;
  setStatus(status: { readonly code: number; readonly message?: string }): unknown;
  recordException(error: { readonly name?: string; readonly message: string; readonly stack?: string }): void;
  end(): void;
}

/** `Tracer` of OpenTelemetry. */
export interface OtelTracer<Context> {
  startSpan(
    name: string,
    options: {
      readonly kind: number;
      readonly attributes: Record<string, string | number | boolean>;
      readonly links: { readonly context: OtelSpanContext }[];
    },
    context: Context,
  ): OtelSpan;
}

/** `SpanKind.CONSUMER` and `SpanStatusCode.ERROR` of the API, which is not imported. */
const CONSUMER = 4;
const ERROR = 2;
const zeros = /^0+$/;

/** Where a message stands, if it says so in a form that can be read. */
function spanContextOf({ createTraceState }: OpenTelemetryApi, { traceparent, tracestate }: TraceContext): OtelSpanContext | undefined {
  const found = readTraceparent(traceparent);
  if (!found) return undefined;
  const { traceId, spanId, flags } = found;
  const state = tracestate === undefined ? {} : { traceState: createTraceState(tracestate) };
  return { traceId, spanId, traceFlags: flags, isRemote: true, ...state };
}

/** `undefined`: nobody records spans here. */
function traceContextOf(found: OtelSpanContext | undefined): TraceContext | undefined {
  if (!found || zeros.test(found.traceId) || zeros.test(found.spanId)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = found;
  const tracestate: string = (traceState as OtelTraceState | undefined)?.serialize() ?? '';
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  return { traceparent, ...(tracestate === '' ? {} : { tracestate }) };
}

/** By the conventions of OpenTelemetry for messaging and for CloudEvents, and our own words for the rest. */
function attributesOf({ service, reaction, phase, message, redriven }: TracedRun): Record<string, string | number | boolean> {
  return {
    'messaging.operation.type': 'process',
    'messaging.operation.name': phase,
    'messaging.consumer.group.name': service,
    'messaging.message.id': message.id,
    'messaging.message.conversation_id': message.correlationid,
    'cloudevents.event_id': message.id,
    'cloudevents.event_source': message.source,
    'cloudevents.event_type': message.type,
    'choreography.reaction': reaction,
    'choreography.hops': message.hops,
    'choreography.redriven': redriven,
  };
}

function endSpan(span: OtelSpan, how: TracedEnd): void {
  span.setAttribute('choreography.outcome', how.outcome);
  if (how.outcome === 'error') {
    const { error } = how;
    const found = error instanceof Error ? error : new Error(String(error));
    span.recordException(found);
    span.setAttribute('error.type', isChoreographyError(found) ? found.code : found.name);
    span.setStatus({ code: ERROR, message: found.message });
  }
  span.end();
}

/**
 * A span for each run of a reaction, through the OpenTelemetry API of the team: `createHandlers(service, { tracing:
 * openTelemetry(api) })`. Its parent is the run that sent the message, so that a saga is one trace over all services; what
 * else is active, such as the span of the invocation with its batch, is linked. Events carry the span on in `traceparent`.
 */
export function openTelemetry(api: OpenTelemetryApi): Tracing {
  const { trace, context } = api;
  const tracer = trace.getTracer('aws-choreography');
  return {
    begin(run): RunSpan {
      const { message, reaction, phase } = run;
      const active = context.active();
      const around = trace.getSpanContext(active);
      const parent = spanContextOf(api, message);
      const links = parent && around ? [{ context: around }] : [];
      const options = { kind: CONSUMER, attributes: attributesOf(run), links };
      const name = `${phase === 'react' ? '' : `${phase} `}${reaction}`;
      const span = tracer.startSpan(name, options, parent ? trace.setSpanContext(active, parent) : active);
      return {
        context: traceContextOf(span.spanContext()) ?? message,
        within: (work) => context.with(trace.setSpan(active, span), work),
        end: (how) => endSpan(span, how),
      };
    },
    current: () => traceContextOf(trace.getSpanContext(context.active())),
  };
}
