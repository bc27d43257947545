import { readTraceparent } from '../../runtime/traceparent.ts';

/** The X-Ray form of a W3C `traceparent`; `undefined` for one that is not valid. */
export function traceHeaderOf(traceparent: string | undefined): string | undefined {
  const found = readTraceparent(traceparent);
  if (!found) return undefined;
  const { traceId, spanId, flags } = found;
  return `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=${flags & 1}`;
}
