import { ChoreographyError } from '../contract/errors.ts';
import { counted } from '../operations/counted.ts';
import { waitsForDeadline } from '../operations/sagas/ahead.ts';
import type { Saga, SagaParked } from '../operations/sagas/saga.ts';
import type { Clock } from '../runtime/ports/clock.ts';
import type { EndedOptions } from './saga-world.ts';

/** Seconds for which a saga is waited for, and at most: as long as a function of AWS may run. */
const WITHIN_SECONDS = 60;
const WITHIN_SECONDS_MAX = 900;
/** Between two looks, each of which reads every journal. */
const LOOK_MILLISECONDS = 500;
/** What a message names; `details` has all. */
const NAMED_MAX = 5;

/** Whether it waits for a person: an undo that was asked for comes by itself, a dead letter does not. */
function needsSomebody({ steps, expected }: Saga): boolean {
  return (
    steps.some(({ state, deadLetters }) => state === 'gave-up' || deadLetters.some((letter) => letter.state !== 'closed')) ||
    expected.some(({ deadLetter }) => deadLetter !== undefined)
  );
}

/** Whether nothing more happens in a saga by itself, but for deadlines that lie ahead. */
export function hasEnded(saga: Saga): boolean {
  if (saga.status === 'stuck') return needsSomebody(saga);
  return saga.status === 'completed' || saga.status === 'compensated';
}

function parkedTexts({ service, type, failures }: SagaParked): readonly string[] {
  return Object.entries(failures).map(
    ([reaction, { error }]) => `${service} has parked ${type}, as ${reaction} fails with ${error.code} (${error.message})`,
  );
}

/** What is to come, without deadlines that lie ahead. */
function waitsFor({ messages, parked, steps, expected, awaited }: Saga): readonly string[] {
  const isAhead = waitsForDeadline(messages);
  return [
    ...parked.flatMap(parkedTexts),
    ...steps.flatMap(({ service, reaction, state, undoRequestedBy }) => {
      if (undoRequestedBy !== undefined) return [`${service} is to undo ${reaction}`];
      return state === 'started' ? [`${service} has started ${reaction}`] : [];
    }),
    ...expected
      .filter((step) => !step.parked && !isAhead(step))
      .map(({ service, reaction, role, type }) => `${service} is to ${role === 'action' ? 'run' : 'undo'} ${reaction} on ${type}`),
    ...awaited.map(({ service, types, type }) => `${service} waits for ${types.join(' or ')} of another system, in answer to ${type}`),
  ];
}

/** Says what a saga still waits for. `when`: how long somebody has waited, as the part of a sentence. */
export function notEnded(saga: Saga, when: string): ChoreographyError {
  const { correlationId, status } = saga;
  const waits = waitsFor(saga);
  const named = waits.slice(0, NAMED_MAX);
  if (waits.length > named.length) named.push(`${waits.length - named.length} more`);
  const text =
    status === 'unknown'
      ? `No service knows the saga ${correlationId} ${when}.`
      : `The saga ${correlationId} has not ended ${when}: it is ${status}${named.length > 0 ? `, and ${named.join('; ')}` : ''}.`;
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
