import type { JSX } from 'preact';
import { standstillText } from '../operations/generations/standstill-text.ts';
import type { ConsumerLag } from '../operations/lag.ts';
import { behindText, countText, UNKNOWN } from '../operations/lag-text.ts';
import { spanText } from '../operations/time-text.ts';
import { commandFor, inWorldOf, type PageDesk } from './desk.ts';
import { Badge, CommandLine, Table } from './parts.tsx';
import type { Tone } from './tones.ts';

const TOO_LONG = 'resume it, or records will be lost: it has been paused for more than half of the time that the stream keeps them';

/** How a consumer is, in a word. */
function stateOf({ pause, generation, late, deadLetters, parkedSagas }: ConsumerLag): readonly [Tone, string] {
  if (pause) return [{ name: 'waiting', sign: '‖' }, 'paused'];
  if (generation?.closed) return [{ name: 'waiting', sign: '‖' }, 'waits for a switch'];
  if (late) return [{ name: 'bad', sign: '✗' }, 'late'];
  if (deadLetters.count > 0) return [{ name: 'bad', sign: '✗' }, 'has dead letters'];
  return parkedSagas.count > 0 ? [{ name: 'waiting', sign: '‖' }, 'has parked sagas'] : [{ name: 'good', sign: '✓' }, 'runs'];
}

/** What a reader has to know beside the figures. */
function noteOf({ consumer, pause, generation }: ConsumerLag, desk: Pick<PageDesk, 'options'>): string {
  const standstill = generation?.standstill && standstillText(consumer, generation.standstill, (command) => inWorldOf(desk, command));
  return [pause?.reason, pause?.tooLong && TOO_LONG, standstill].filter(Boolean).join('; ');
}

function rowOf(lag: ConsumerLag, desk: Pick<PageDesk, 'options'>) {
  const { consumer, source, known, messages, milliseconds, replayQueue, deadLetters, parkedSagas } = lag;
  const [tone, word] = stateOf(lag);
  return [
    consumer,
    source,
    <Badge key={consumer} tone={tone}>
      {word}
    </Badge>,
    `${known === 'at-most' ? '≤ ' : ''}${behindText(lag)}`,
    milliseconds === undefined ? UNKNOWN : messages === 0 ? '–' : spanText(milliseconds),
    replayQueue ? String(replayQueue.depth) : UNKNOWN,
    deadLetters.count === 0 ? '0' : <a href={`dead-letters?consumer=${encodeURIComponent(consumer)}`}>{countText(deadLetters)}</a>,
    countText(parkedSagas),
    noteOf(lag, desk),
  ];
}

/** All consumers: how far they are behind, and what holds them up. */
export function ConsumersView({
  lags,
  desk,
}: {
  readonly lags: readonly ConsumerLag[];
  readonly desk: Pick<PageDesk, 'options'>;
}): JSX.Element {
  return (
    <>
      <h1>Consumers</h1>
      <p class="dim">How far each one is behind, and what holds it up. “?”: nobody keeps account of it.</p>
      <Table
        heads={['consumer', 'source', 'state', 'behind', 'oldest', 'replay queue', 'dead letters', 'parked sagas', 'note']}
        rows={lags.map((lag) => rowOf(lag, desk))}
      />
      <CommandLine>{commandFor(desk, 'consumer list')}</CommandLine>
    </>
  );
}
