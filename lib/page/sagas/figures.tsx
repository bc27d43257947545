import type { JSX } from 'preact';
import { countText, UNKNOWN } from '../../operations/lag-text.ts';
import type { ConsumerTrouble } from '../../operations/sagas/trouble.ts';
import { Ago, Badge } from '../parts.tsx';
import type { Tone } from '../tones.ts';
import type { ShownSagas } from './read-sagas.ts';

const rest: Tone = { name: 'good', sign: '✓' };
const unknown: Tone = { name: 'plain', sign: UNKNOWN };

type Count = ConsumerTrouble['deadLetters'];

/** `1 dead letter`, `500+ dead letters`. */
function numberText(count: Count, one: string): string {
  return `${countText(count)} ${one}${count.count === 1 && !count.more ? '' : 's'}`;
}

/** A count that is good at 0. Where nobody has counted to the end, none that is known says nothing. */
function Figure({ count, tone, text }: { readonly count: Count; readonly tone: Tone; readonly text: string }) {
  if (count.count > 0) return <Badge tone={tone}>{text}</Badge>;
  return <Badge tone={count.more ? unknown : rest}>{text}</Badge>;
}

function sumOf(consumers: readonly ConsumerTrouble[], of: 'deadLetters' | 'parkedSagas'): Count {
  return { count: consumers.reduce((sum, one) => sum + one[of].count, 0), more: consumers.some((one) => one[of].more) };
}

/** What one consumer has in its way, in words. */
function consumerText({ deadLetters, parkedSagas }: ConsumerTrouble): string {
  return [
    ...(deadLetters.count > 0 ? [numberText(deadLetters, 'dead letter')] : []),
    ...(parkedSagas.count > 0 ? [numberText(parkedSagas, 'parked saga')] : []),
  ].join(', ');
}

/** How the world is, in a few numbers: what is stuck, what runs, and what consumers have in their way. */
export function Figures({ shown }: { readonly shown: ShownSagas }): JSX.Element {
  const { trouble, troubled, recent, now } = shown;
  const { consumers, stuck } = trouble;
  const sagas = [...troubled, ...(recent?.items.map(({ saga }) => saga) ?? [])];
  const running = sagas.filter(({ status }) => status === 'running').length;
  const seen = sagas.filter(({ status }) => status === 'stuck').length;
  const counted = stuck?.sagas ?? { count: 0, more: true };
  const stuckNow = { ...counted, count: Math.max(counted.count, seen) };
  const [letters, parked] = [sumOf(consumers, 'deadLetters'), sumOf(consumers, 'parkedSagas')];
  const concerned = consumers.filter((one) => consumerText(one) !== '');
  return (
    <section aria-label="Figures">
      <ul class="figures">
        <li>
          <Figure
            count={stuckNow}
            tone={{ name: 'bad', sign: '✗' }}
            text={stuckNow.count === 0 && stuckNow.more ? 'stuck' : `${countText(stuckNow)} stuck`}
          />
          {stuck?.countedAt !== undefined && (
            <span class="dim">
              {' '}
              counted <Ago at={stuck.countedAt} now={now} />
            </span>
          )}
        </li>
        <li>
          <Badge tone={{ name: 'waiting', sign: '…' }}>{`${running} running`}</Badge> <span class="dim">of the {sagas.length} below</span>
        </li>
        <li>
          <a href="dead-letters">
            <Figure count={letters} tone={{ name: 'bad', sign: '✗' }} text={numberText(letters, 'dead letter')} />
          </a>
        </li>
        <li>
          <a href="consumers">
            <Figure count={parked} tone={{ name: 'waiting', sign: '‖' }} text={numberText(parked, 'parked saga')} />
          </a>
        </li>
      </ul>
      {concerned.length > 0 && (
        <ul class="figures">
          {concerned.map((one) => (
            <li key={one.consumer}>
              <a href={`dead-letters?consumer=${encodeURIComponent(one.consumer)}`}>{one.consumer}</a>{' '}
              <span class="dim">{consumerText(one)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
