const traceparentForm = /^00-([0-9a-f]{8})([0-9a-f]{24})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const zeros = /^0+$/;

/** The X-Ray form of a W3C `traceparent`; `undefined` for one that is not valid. */
export function traceHeaderOf(traceparent: string | undefined): string | undefined {
  const [, time, rest, parent, flags] = traceparentForm.exec(traceparent ?? '') ?? [];
  if (time === undefined || rest === undefined || parent === undefined || flags === undefined) return undefined;
  if (zeros.test(time + rest) || zeros.test(parent)) return undefined;
  return `Root=1-${time}-${rest};Parent=${parent};Sampled=${Number.parseInt(flags, 16) & 1}`;
}
