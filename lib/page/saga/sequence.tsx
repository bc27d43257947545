import type { JSX } from 'preact';
import { ArrowHeads } from '../arrow-heads.tsx';
import { fitted } from '../fitted.ts';
import { outcomeTones } from '../tones.ts';
import { type Delivery, deliveryKey, timeOf } from './delivery.ts';

// All in pixels.
const TIME_WIDTH = 76;
const LANE_WIDTH = 216;
const BOX = { width: 178, height: 36 };
const HEAD = { height: 30, bottom: 44 };
const ROW_HEIGHT = 60;
/** Length of an arrow from a service to itself. */
const LOOP = 30;
const FONT = { title: 12.5, label: 11.5 };

interface Lanes {
  readonly names: readonly string[];
  centre(name: string): number;
}

function lanesOf(deliveries: readonly Delivery[]): Lanes {
  const names = [...new Set(deliveries.flatMap(({ message, to }) => (message ? [message.source, to] : [to])))];
  return { names, centre: (name) => TIME_WIDTH + LANE_WIDTH * (names.indexOf(name) + 0.5) };
}

/** `+0.4 s`, from the first message on. */
function sinceText(at: string, start: number): string {
  const milliseconds = Date.parse(at) - start;
  if (milliseconds < 60_000) return `+${(milliseconds / 1_000).toFixed(1)} s`;
  return milliseconds < 7_200_000 ? `+${(milliseconds / 60_000).toFixed(1)} min` : `+${(milliseconds / 3_600_000).toFixed(1)} h`;
}

function Arrow({ delivery, lanes, y }: { readonly delivery: Delivery; readonly lanes: Lanes; readonly y: number }): JSX.Element | null {
  const { message, to, isFailure, outcome } = delivery;
  if (!message) return null;
  const { source, type } = message;
  const [start, end] = [lanes.centre(source), lanes.centre(to)];
  const side = start <= end ? -1 : 1; // of the box at which the arrow ends
  const tip = end + (side * BOX.width) / 2;
  const isLoop = start === end;
  const tail = isLoop ? tip + side * LOOP : start;
  const kind = `arrow${isFailure ? ' failure' : ''}${outcome === 'expected' ? ' expected' : ''}`;
  const room = isLoop ? BOX.width : Math.abs(tip - tail) - 14;
  const label = isLoop ? { x: tip, y: y - BOX.height / 2 - 5 } : { x: tail - side * 7, y: y - 6 };
  return (
    <g class={kind}>
      <path d={`M${tail} ${y}H${tip}`} marker-end={isFailure ? 'url(#failure)' : 'url(#event)'} />
      <text {...label} text-anchor={side < 0 ? 'start' : 'end'} font-size={FONT.label}>
        {fitted(type, room, FONT.label)}
        <title>{type}</title>
      </text>
    </g>
  );
}

function Box({ delivery, x, y }: { readonly delivery: Delivery; readonly x: number; readonly y: number }): JSX.Element {
  const { reaction, role, outcome, sent, note } = delivery;
  const { name, sign } = outcomeTones[outcome];
  const title = `${sign} ${role === 'trigger' ? 'undo ' : ''}${reaction ?? 'waits'}`;
  const below = note ?? (sent.length > 0 ? `→ ${sent.join(', ')}` : outcome === 'expected' ? 'still to come' : '');
  const room = BOX.width - 12;
  return (
    <g class={`box ${name}${role === 'trigger' ? ' trigger' : ''}${outcome === 'expected' ? ' expected' : ''}`}>
      <rect x={x - BOX.width / 2} y={y - BOX.height / 2} width={BOX.width} height={BOX.height} rx={5} />
      <text class="title" x={x} y={below ? y - 3 : y + 4} text-anchor="middle" font-size={FONT.title}>
        {fitted(title, room, FONT.title)}
      </text>
      {below && (
        <text class="below" x={x} y={y + 12} text-anchor="middle" font-size={FONT.label}>
          {fitted(below, room, FONT.label)}
        </text>
      )}
      <title>{[title, below].filter(Boolean).join('\n')}</title>
    </g>
  );
}

function Lane({ name, x, bottom }: { readonly name: string; readonly x: number; readonly bottom: number }): JSX.Element {
  return (
    <g class="lane">
      <path d={`M${x} ${HEAD.height + 8}V${bottom}`} />
      <rect x={x - BOX.width / 2} y={8} width={BOX.width} height={HEAD.height} rx={6} />
      <text x={x} y={28} text-anchor="middle" font-size={13}>
        {fitted(name, BOX.width - 12, 13)}
        <title>{name}</title>
      </text>
    </g>
  );
}

/** A delivery for who cannot see the picture. */
function sentence({ message, to, role, reaction = '', outcome, note }: Delivery): string {
  const what = message ? `${message.type} from ${message.source} to ${to}` : to;
  const undo = role === 'trigger' && outcome !== 'undone' ? 'undo ' : '';
  return [`${what}: ${undo}${reaction} ${outcome}`, note].filter(Boolean).join(', ');
}

/** A saga as a sequence: a lane for each service, a row for each delivery, time going down. */
export function Sequence({ deliveries }: { readonly deliveries: readonly Delivery[] }): JSX.Element {
  const lanes = lanesOf(deliveries);
  const start = Math.min(...deliveries.flatMap((one) => [timeOf(one), one.message?.time ?? timeOf(one)].map(Date.parse)));
  const [width, height] = [TIME_WIDTH + LANE_WIDTH * lanes.names.length, HEAD.bottom + ROW_HEIGHT * deliveries.length + 12];
  return (
    <svg
      class="sequence"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={deliveries.map(sentence).join('. ')}
    >
      <ArrowHeads />
      {lanes.names.map((name) => (
        <Lane key={name} name={name} x={lanes.centre(name)} bottom={height - 6} />
      ))}
      {deliveries.map((delivery, index) => {
        const y = HEAD.bottom + ROW_HEIGHT * (index + 0.5) + 6;
        return (
          <g key={deliveryKey(delivery)}>
            <text class="when" x={TIME_WIDTH - 10} y={y + 4} text-anchor="end" font-size={FONT.label}>
              {delivery.outcome === 'expected' ? '' : sinceText(timeOf(delivery), start)}
            </text>
            <Arrow delivery={delivery} lanes={lanes} y={y} />
            <Box delivery={delivery} x={lanes.centre(delivery.to)} y={y} />
          </g>
        );
      })}
    </svg>
  );
}
