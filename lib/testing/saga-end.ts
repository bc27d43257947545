import { ChoreographyError } from '../contract/errors.ts';
import { counted } from '../operations/counted.ts';
import type { Saga } from '../operations/sagas/saga.ts';
import type { DeadLetter } from '../runtime/journal/dead-letter.ts';
import type { Clock } from '../runtime/ports/clock.ts';
import type { EndedOptions } from './saga-world.ts';
import { named, parkedTexts } from './what-waits.ts';

/** Seconds for which a saga is waited for, and at most: as long as a function of AWS may run. */
const WITHIN_SECONDS = 60;
const WITHIN_SECONDS_MAX = 900;
/** Between two looks, each of which reads every journal. */
const LOOK_MILLISECONDS = 500;

/** Whether it waits for a person: an undo that was asked for, or a redrive that is on its way, comes by itself. */
function needsSomebody({ steps, expected, deadLetters }: Saga): boolean {
  const isLeft = ({ state }: { readonly state: DeadLetter['state'] }) => state === 'open' || state === 'quarantined';
  const isRedriven = ({ state }: { readonly state: DeadLetter['state'] }) => state === 'redriven';
  return (
    steps.some(({ state, deadLetters: own }) => own.some(isLeft) || (state === 'gave-up' && !own.some(isRedriven))) ||
    expected.some(({ deadLetter }) => deadLetters.some((letter) => letter.id === deadLetter && isLeft(letter)))
  );
}

/** Whether nothing more happens in a saga by itself, but for deadlines that lie ahead. */
export function hasEnded(saga: Saga): boolean {
  if (saga.status === 'stuck') return needsSomebody(saga);
  return saga.status === 'completed' || saga.status === 'compensated';
}

/** What is to come, without deadlines that lie ahead. */
function waitsFor({ parked, steps, expected, awaited }: Saga): readonly string[] {
  return [
    ...parked.flatMap(parkedTexts),
    ...steps.flatMap(({ service, reaction, state, undoRequestedBy, deadLetters }) => {
      if (deadLetters.some((letter) => letter.state === 'redriven'))
        return [`${service} is to run ${reaction} again, as its dead letter was redriven`];
      if (undoRequestedBy !== undefined) return [`${service} is to undo ${reaction}`];
      return state === 'started' ? [`${service} has started ${reaction}`] : [];
    }),
    ...expected.flatMap(({ service, reaction, role, type, scheduled, parked: isParked }) =>
      isParked || scheduled ? [] : [`${service} is to ${role === 'action' ? 'run' : 'undo'} ${reaction} on ${type}`],
    ),
    ...awaited.map(({ service, types, type }) => `${service} waits for ${types.join(' or ')} of another system, in answer to ${type}`),
  ];
}

/** Says what a saga still waits for. `when`: how long somebody has waited, as the part of a sentence. */
export function notEnded(saga: Saga, when: string): ChoreographyError {
  const { correlationId, status } = saga;
  const waits = waitsFor(saga);
  const text =
    status === 'unknown'
      ? `No service knows the saga ${correlationId} ${when}.`
      : `The saga ${correlationId} has not ended ${when}: it is ${status}${waits.length > 0 ? `, and ${named(waits)}` : ''}.`;
  return new ChoreographyError('SAGA_NOT_ENDED', text, { details: { correlationId, status, waitsFor: waits } });
}

/**
 * Looks at a saga until it has ended.
 * @throws SAGA_NOT_ENDED, OPTION_OUT_OF_BOUNDS
 */
export async function untilEnded(
  look: () => Promise<Saga>,
  clock: Pick<Clock, 'now' | 'sleep'>,
  { withinSeconds = WITHIN_SECONDS }: EndedOptions = {},
): Promise<Saga> {
  if (!(withinSeconds >= 1 && withinSeconds <= WITHIN_SECONDS_MAX))
    throw new ChoreographyError('OPTION_OUT_OF_BOUNDS', `\`withinSeconds\` is ${withinSeconds}; give 1 to ${WITHIN_SECONDS_MAX}.`, {
      details: { option: 'withinSeconds', value: withinSeconds },
    });
  const until = clock.now() + withinSeconds * 1000;
  for (;;) {
    const saga = await look();
    if (hasEnded(saga)) return saga;
    if (clock.now() >= until) throw notEnded(saga, `after ${counted(withinSeconds, 'second')}`);
    await clock.sleep(LOOK_MILLISECONDS);
  }
}
