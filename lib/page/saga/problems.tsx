import type { ComponentChildren, JSX } from 'preact';
import { counted } from '../../operations/counted.ts';
import { isOverdue } from '../../operations/sagas/overdue.ts';
import type { Saga, SagaParked } from '../../operations/sagas/saga.ts';
import { timeText } from '../../operations/time-text.ts';
import { commandFor, type PageDesk } from '../desk.ts';
import { CommandLine } from '../parts.tsx';

interface Problem {
  readonly key: string;
  readonly title: string;
  readonly text: string;
  /** The command that helps, and its arguments. */
  readonly next?: readonly [command: string, ...values: string[]];
}

function letterProblems({ steps }: Saga): readonly Problem[] {
  return steps.flatMap(({ service, reaction, deadLetters }) =>
    deadLetters
      .filter(({ state }) => state !== 'closed')
      .map(({ id, phase, state, error, attempts }) => ({
        key: id,
        title: `${error.code} in ${service} ${phase === 'undo' ? 'undo ' : ''}${reaction}: dead letter, ${state}, after ${counted(attempts, 'attempt')}`,
        text: error.message,
        next: ['dead-letter show', service, id],
      })),
  );
}

function unclaimedProblems({ deadLetters }: Saga): readonly Problem[] {
  return deadLetters.map(({ id, service, reactions, message, phase, state, error, attempts }) => ({
    key: id,
    title: `${error.code} in ${[service, ...reactions].join(' ')} on ${message.type} (${phase}): dead letter, ${state}, after ${counted(attempts, 'attempt')}`,
    text: error.message,
    next: ['dead-letter show', service, id],
  }));
}

function parkedProblems({ parked, expected }: Saga): readonly Problem[] {
  const isUndo = (at: SagaParked, reaction: string) =>
    expected.some(
      (step) =>
        step.role === 'trigger' &&
        step.service === at.service &&
        step.reaction === reaction &&
        step.messageId === at.messageId &&
        step.messageSource === at.messageSource,
    );
  return parked.flatMap((at) =>
    Object.entries(at.failures).map(([reaction, { attempts, error }]) => ({
      key: `${at.service} ${at.messageId} ${reaction}`,
      title: `${error.code} in ${at.service} ${isUndo(at, reaction) ? 'undo ' : ''}${reaction} on ${at.type}: tried ${counted(attempts, 'time')}, next try at ${timeText(at.nextTryAt)} UTC`,
      text: error.message,
    })),
  );
}

/** A call that is under way is none: its undo is, as it waits for the call's outcome. */
function undoProblems({ steps }: Saga): readonly Problem[] {
  return steps
    .filter(({ undoRequestedBy, deadLetters }) => undoRequestedBy !== undefined && deadLetters.every(({ state }) => state === 'closed'))
    .map(({ service, reaction, firstCall }) => ({
      key: `${service} ${reaction}`,
      title: `${service} undo ${reaction} waits until it is known how ${reaction} has ended`,
      text: firstCall ? `It called ${firstCall.client}.${firstCall.method}.` : '',
    }));
}

/** What only the time makes a problem: a message that a service has not taken, and a reaction that has not ended. */
function overdueProblems({ steps, expected, paused }: Saga, now: number): readonly Problem[] {
  const missing = expected
    .filter(({ since, parked, deadLetter }) => isOverdue(Date.parse(since), now) && !parked && deadLetter === undefined)
    .map(({ service, reaction, role, type, messageId, since }) => ({
      key: `${service} ${messageId} ${reaction} ${role}`,
      title: `${service} has not taken ${type} (${role === 'trigger' ? 'undo ' : ''}${reaction}), which went out at ${timeText(since)} UTC${paused.includes(service) ? `; ${service} is paused` : ''}`,
      text: '',
      next: ['consumer list', service] as const,
    }));
  const started = steps
    .filter(({ state, undoRequestedBy, deadLetters }) => state === 'started' && undoRequestedBy === undefined && deadLetters.length === 0)
    .filter(({ firstCall, at = '' }) => isOverdue(firstCall?.at ?? Date.parse(at), now))
    .map(({ service, reaction, firstCall }) => ({
      key: `${service} ${reaction}`,
      title: `${service} ${reaction} is started, and nobody knows how it ended`,
      text: firstCall ? `It called ${firstCall.client}.${firstCall.method}.` : '',
      next: ['consumer list', service] as const,
    }));
  return [...missing, ...started];
}

/** A saga as it stands at a time. `now`: milliseconds since 1970. */
export interface SagaViewProps {
  readonly saga: Saga;
  readonly now: number;
  readonly desk: Pick<PageDesk, 'options'>;
}

function Item({ title, children }: { readonly title: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <li>
      <strong>{title}</strong>
      {children}
    </li>
  );
}

const isAtRest = ({ status }: Saga) => status === 'completed' || status === 'compensated';

/** What keeps a saga from its end, with the errors in full and the commands that help. */
export function Problems({ saga, now, desk }: SagaViewProps): JSX.Element | null {
  const problems = [
    ...unclaimedProblems(saga),
    ...letterProblems(saga),
    ...parkedProblems(saga),
    ...undoProblems(saga),
    ...overdueProblems(saga, now),
  ];
  if (problems.length === 0) return null;
  return (
    <section class="problems" aria-labelledby="problems">
      <h2 id="problems">{isAtRest(saga) ? 'What needs a look' : 'What stands in its way'}</h2>
      <ul>
        {problems.map(({ key, title, text, next }) => (
          <Item key={key} title={title}>
            {text && <p>{text}</p>}
            {next && <CommandLine>{commandFor(desk, ...next)}</CommandLine>}
          </Item>
        ))}
      </ul>
    </section>
  );
}
