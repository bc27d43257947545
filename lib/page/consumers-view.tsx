import type { JSX } from 'preact';
import type { ConsumerLag, Count } from '../operations/lag.ts';
import { spanText } from '../operations/time-text.ts';
import { commandFor, type PageDesk } from './desk.ts';
import { Badge, CommandLine, Table } from './parts.tsx';
import type { Tone } from './tones.ts';

const UNKNOWN = '?';

const countText = ({ count, more }: Count): string => `${count}${more ? '+' : ''}`;

/** How a consumer is, in a word. */
function stateOf({ pause, generation, late, deadLetters, parkedSagas }: ConsumerLag): readonly [Tone, string] {
  if (pause) return [{ name: 'waiting', sign: '‖' }, 'paused'];
  if (generation?.closed) return [{ name: 'waiting', sign: '‖' }, 'waits for a switch'];
  if (late) return [{ name: 'bad', sign: '✗' }, 'late'];
  if (deadLetters.count > 0) return [{ name: 'bad', sign: '✗' }, 'has dead letters'];
  return parkedSagas.count > 0 ? [{ name: 'waiting', sign: '‖' }, 'has parked sagas'] : [{ name: 'good', sign: '✓' }, 'runs'];
}

function behindText({ messages, shards, unknownShards, known }: ConsumerLag): string {
  if (messages === undefined) return UNKNOWN;
  const more = shards.some((shard) => shard.more) || unknownShards.length > 0 ? '+' : '';
  return `${known === 'at-most' ? '≤ ' : ''}${messages}${more}`;
}

function rowOf(lag: ConsumerLag) {
  const { consumer, source, messages, milliseconds, replayQueue, deadLetters, parkedSagas, pause } = lag;
  const [tone, word] = stateOf(lag);
  return [
    consumer,
    source,
    <Badge key={consumer} tone={tone}>
      {word}
    </Badge>,
    behindText(lag),
    milliseconds === undefined ? UNKNOWN : messages === 0 ? '–' : spanText(milliseconds),
    replayQueue ? String(replayQueue.depth) : UNKNOWN,
    countText(deadLetters),
    countText(parkedSagas),
    pause?.reason ?? '',
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
        rows={lags.map(rowOf)}
      />
      <CommandLine>{commandFor(desk, 'consumer list')}</CommandLine>
    </>
  );
}
