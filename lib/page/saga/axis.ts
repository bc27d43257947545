/** From one time to another, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A time in which nothing is under way, and where it is drawn. */
export interface Pause extends Span {
  /** The pixel in its middle. */
  readonly x: number;
}

/** Time as pixels. */
export interface Axis {
  x(milliseconds: number): number;
  /** Where time is left out. */
  readonly pauses: readonly Pause[];
}

/** Pixels of a time in which nothing is under way. */
const PAUSE_WIDTH = 36;
/** A pause is left out from this part of all busy time on. */
const PAUSE_PART = 0.2;

/** Spans that touch, as one. */
function merged(spans: readonly Span[]): readonly Span[] {
  const busy: { from: number; to: number }[] = [];
  for (const { from, to } of [...spans].sort((left, right) => left.from - right.from)) {
    const last = busy.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else busy.push({ from, to });
  }
  return busy;
}

/** Busy times, and those between them that are too short to be left out. */
function stretches(spans: readonly Span[]): readonly Span[] {
  const busy = merged(spans);
  const total = busy.reduce((sum, { from, to }) => sum + to - from, 0);
  const parts: { from: number; to: number }[] = [];
  for (const { from, to } of busy) {
    const last = parts.at(-1);
    if (last && from - last.to <= total * PAUSE_PART) last.to = to;
    else parts.push({ from, to });
  }
  return parts;
}

/** A stretch with its place on the axis. */
interface Part extends Span {
  readonly start: number;
  /** Pixels of a millisecond. */
  readonly scale: number;
}

/** Each stretch gets the room of what begins in it: a minute's wait for one timer does not press together a busy second. */
function partsOf(spans: readonly Span[], width: number): readonly Part[] {
  const all = stretches(spans);
  const room = width - PAUSE_WIDTH * Math.max(0, all.length - 1);
  let start = 0;
  return all.map(({ from, to }) => {
    const begun = spans.filter((span) => span.from >= from && span.from <= to).length;
    const pixels = (room * begun) / spans.length;
    const part = { from, to, start, scale: pixels / Math.max(1, to - from) };
    start += pixels + PAUSE_WIDTH;
    return part;
  });
}

/** An axis so many pixels wide, for these spans. Its scale is the same between two pauses, and may be another one behind a pause. */
export function axisOf(spans: readonly Span[], width: number): Axis {
  const parts = partsOf(spans, width);
  return {
    pauses: parts.slice(1).map(({ from, start }, index) => ({ from: parts[index]?.to ?? from, to: from, x: start - PAUSE_WIDTH / 2 })),
    x(milliseconds) {
      const part = parts.findLast(({ from }) => from <= milliseconds) ?? parts[0];
      return part ? part.start + (milliseconds - part.from) * part.scale : 0;
    },
  };
}
