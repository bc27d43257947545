/** A `traceparent` in its parts, as W3C Trace Context writes it (w3.org/TR/trace-context). */
export interface Traceparent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly flags: number;
}

/** Version 00, with ids that are not all zeros. */
const form = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Where something stands in a trace. `undefined`: the text does not say so. */
export function readTraceparent(text: string | undefined): Traceparent | undefined {
  const [, traceId, spanId, flags] = form.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

/** Whether a text says where something stands in a trace. */
export function isTraceparent(text: unknown): text is string {
  return typeof text === 'string' && readTraceparent(text) !== undefined;
}
