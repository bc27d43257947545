import type { Telemetry } from './ports/telemetry.ts';
import type { RunSpan, TraceContext, TracedRun, Tracing } from './ports/tracing.ts';
import { isTraceparent } from './traceparent.ts';

/** What of it is a trace context. `undefined`: nothing. */
function contextIn(given: unknown): TraceContext | undefined {
  const { traceparent, tracestate } = (given ?? {}) as Readonly<Record<keyof TraceContext, unknown>>;
  if (!isTraceparent(traceparent)) return undefined;
  return { traceparent, ...(typeof tracestate === 'string' && tracestate !== '' ? { tracestate } : {}) };
}

/** Told of what a tracing port threw. */
type Report = (error: unknown) => void;

/** A promise that nobody waits for must not end the process. */
function unawaited(value: unknown, report: Report): void {
  if (typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function') void Promise.resolve(value).catch(report);
}

function orElse<Value>(part: () => Value, otherwise: Value, report: Report): Value {
  try {
    return part();
  } catch (error) {
    report(error);
    return otherwise;
  }
}

/** Where a caller stands in a trace, as far as it can be told. Never throws. */
export function currentContext(tracing: Pick<Tracing, 'current'> | undefined, report: Report = () => {}): TraceContext | undefined {
  return tracing && orElse(() => contextIn(tracing.current()), undefined, report);
}

/** Ends when the value does, whatever comes of it. */
async function quiet(value: unknown): Promise<void> {
  await Promise.resolve(value).catch(() => {});
}

/** Work that runs once, however often it is asked for; whoever asks gets what came of it. */
function once<Value>(work: () => Value): () => Value {
  let made: (() => Value) | undefined;
  return () => {
    if (!made) {
      try {
        const value = work();
        made = () => value;
      } catch (error) {
        made = () => {
          throw error;
        };
      }
    }
    return made();
  };
}

function guardSpan(span: RunSpan, { message }: TracedRun, report: Report): RunSpan {
  unawaited(span, report);
  return {
    context: contextIn(span.context) ?? message,
    within(work) {
      const run = once(work);
      // It learns when the work ends, and not how: what it leaves unawaited would end the process. `end` tells it.
      orElse(
        () =>
          unawaited(
            span.within(() => quiet(run())),
            report,
          ),
        undefined,
        report,
      );
      return run();
    },
    end: (how) => orElse(() => unawaited(span.end(how), report), undefined, report),
  };
}

/**
 * The same port, and whatever it does, messages are handled as without it: of what it throws, the first is logged; what is
 * no trace context is not carried on; and work runs once, though it were not run, or twice.
 */
export function guardTracing(tracing: Tracing, service: string, { log }: Pick<Telemetry, 'log'>): Tracing {
  let told = false;
  const tell: Report = (error) => {
    if (told) return;
    told = true;
    const message = 'tracing failed: reactions run without it; this is said once';
    log({ level: 'warn', message, fields: { service, error: String(error) } });
  };
  return {
    begin(run) {
      const untraced: RunSpan = { context: run.message, within: (work) => work(), end: () => {} };
      return orElse(() => guardSpan(tracing.begin(run), run, tell), untraced, tell);
    },
    current: () => currentContext(tracing, tell),
  };
}
