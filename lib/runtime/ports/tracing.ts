import type { Envelope } from '../../contract/envelope.ts';

/** Where something stands in a trace, as W3C Trace Context writes it (w3.org/TR/trace-context). */
export interface TraceContext {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** One run of a reaction, before it begins. */
export interface TracedRun {
  readonly service: string;
  readonly reaction: string;
  readonly phase: 'react' | 'undo' | 'give-up';
  /** The message that it runs on; its trace context is the parent. */
  readonly message: Envelope;
  /** It came through the replay queue: not for the first time, or later than others. */
  readonly redriven: boolean;
}

/** How one run ended. It says nothing about the commit, which comes after it. */
export type TracedEnd =
  /** `done`, `failed` with a business failure, or `refused`. */
  | { readonly outcome: 'done' | 'failed' | 'refused' }
  /** It runs again on fresh state. */
  | { readonly outcome: 'conflict' }
  | { readonly outcome: 'error'; readonly error: unknown };

/** A span that has begun. */
export interface RunSpan {
  /** What the events of the run carry on. */
  readonly context: TraceContext;
  /** Runs the team's code inside of the span: what it calls becomes a part of it. */
  within<Value>(work: () => Value): Value;
  end(how: TracedEnd): void;
}

/** Spans for the runs of reactions. Must not wait. A runtime gets it from `guardTracing`, so that what it throws hurts no message. */
export interface Tracing {
  begin(run: TracedRun): RunSpan;
  /** Where the caller stands now, for a command that begins here. `undefined`: nowhere. */
  current(): TraceContext | undefined;
}
