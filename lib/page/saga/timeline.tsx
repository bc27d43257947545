import type { JSX } from 'preact';
import { outcomeTones } from '../tones.ts';
import { axisOf, type Span } from './axis.ts';
import { type Delivery, deliveryKey } from './delivery.ts';

// All in pixels.
const NAME_WIDTH = 250;
const BARS_WIDTH = 560;
const SPAN_WIDTH = 80;
const ROW_HEIGHT = 22;
const BAR_HEIGHT = 12;
const HEAD_HEIGHT = 18;
/** A bar that can be seen, and clicked on. */
const BAR_WIDTH_MIN = 3;

/** A delivery of which it is known when it began and ended. */
type Ended = Delivery & { readonly at: string; readonly message: { readonly time: string } };

const hasEnded = ({ at, message }: Delivery): boolean => at !== undefined && message?.time !== undefined;

/** From the message to the commit; the clocks of two machines may differ. */
function spanOf({ message, at }: Ended): Span {
  const from = Date.parse(message.time);
  return { from, to: Math.max(from, Date.parse(at)) };
}

function lengthText(milliseconds: number): string {
  if (milliseconds < 1_000) return `${milliseconds} ms`;
  return milliseconds < 60_000 ? `${(milliseconds / 1_000).toFixed(1)} s` : `${(milliseconds / 60_000).toFixed(1)} min`;
}

function Bar({ delivery, y, x, width }: { readonly delivery: Ended; readonly y: number; readonly x: number; readonly width: number }) {
  const { to, reaction = '', role, outcome, message } = delivery;
  const name = `${to} ${role === 'trigger' ? 'undo ' : ''}${reaction}`;
  const span = spanOf(delivery);
  const length = lengthText(span.to - span.from);
  return (
    <g class={`box ${outcomeTones[outcome].name}${role === 'trigger' ? ' trigger' : ''}`}>
      <text class="name" x={NAME_WIDTH - 10} y={y + BAR_HEIGHT - 1} text-anchor="end" font-size={12}>
        {name}
      </text>
      <rect x={x} y={y} width={Math.max(BAR_WIDTH_MIN, width)} height={BAR_HEIGHT} rx={2} />
      <text class="below" x={x + Math.max(BAR_WIDTH_MIN, width) + 6} y={y + BAR_HEIGHT - 1} font-size={11}>
        {length}
      </text>
      <title>{`${name} on ${message.type}: ${length} from the message to the commit`}</title>
    </g>
  );
}

/** How long each delivery took, from the time of its message to its commit: waiting and running together. */
export function Timeline({ deliveries }: { readonly deliveries: readonly Delivery[] }): JSX.Element | null {
  const ended = deliveries.filter((delivery): delivery is Ended => hasEnded(delivery));
  if (ended.length === 0) return null;
  const spans = ended.map(spanOf);
  const axis = axisOf(spans, BARS_WIDTH);
  const [width, height] = [NAME_WIDTH + BARS_WIDTH + SPAN_WIDTH, HEAD_HEIGHT + ended.length * ROW_HEIGHT + 8];
  return (
    <svg
      class="timeline"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label="How long each reaction took"
    >
      {axis.pauses.map(({ x, from, to }) => (
        <g key={from}>
          <path class="break" d={`M${NAME_WIDTH + x} ${HEAD_HEIGHT}V${height}`} />
          <text class="below" x={NAME_WIDTH + x} y={HEAD_HEIGHT - 5} text-anchor="middle" font-size={11}>
            {lengthText(to - from)} later
          </text>
        </g>
      ))}
      {ended.map((delivery, index) => {
        const { from, to } = spans[index] ?? { from: 0, to: 0 };
        const x = axis.x(from);
        return (
          <Bar
            key={deliveryKey(delivery)}
            delivery={delivery}
            y={HEAD_HEIGHT + 4 + index * ROW_HEIGHT}
            x={NAME_WIDTH + x}
            width={axis.x(to) - x}
          />
        );
      })}
    </svg>
  );
}
