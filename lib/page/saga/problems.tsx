import type { ComponentChildren, JSX } from 'preact';
import { counted } from '../../operations/counted.ts';
import type { Saga, SagaParked } from '../../operations/sagas/saga.ts';
import { timeText } from '../../operations/time-text.ts';
import { commandFor, type PageDesk } from '../desk.ts';
import { CommandLine } from '../parts.tsx';

interface Problem {
  readonly key: string;
  readonly title: string;
  readonly text: string;
  /** The service and the id of a dead letter. */
  readonly letter?: readonly [service: string, id: string];
}

function letterProblems({ steps }: Saga): readonly Problem[] {
  return steps.flatMap(({ service, reaction, deadLetters }) =>
    deadLetters
      .filter(({ state }) => state !== 'closed')
      .map(({ id, phase, state, error, attempts }) => ({
        key: id,
        title: `${error.code} in ${service} ${phase === 'undo' ? 'undo ' : ''}${reaction}: dead letter, ${state}, after ${counted(attempts, 'attempt')}`,
        text: error.message,
        letter: [service, id],
      })),
  );
}

function unclaimedProblems({ deadLetters }: Saga): readonly Problem[] {
  return deadLetters.map(({ id, service, reactions, message, phase, state, error, attempts }) => ({
    key: id,
    title: `${error.code} in ${[service, ...reactions].join(' ')} on ${message.type} (${phase}): dead letter, ${state}, after ${counted(attempts, 'attempt')}`,
    text: error.message,
    letter: [service, id],
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
export function Problems(props: { readonly saga: Saga; readonly desk: Pick<PageDesk, 'options'> }): JSX.Element | null {
  const { saga, desk } = props;
  const problems = [...unclaimedProblems(saga), ...letterProblems(saga), ...parkedProblems(saga), ...undoProblems(saga)];
  if (problems.length === 0) return null;
  return (
    <section class="problems" aria-labelledby="problems">
      <h2 id="problems">{isAtRest(saga) ? 'What needs a look' : 'What stands in its way'}</h2>
      <ul>
        {problems.map(({ key, title, text, letter }) => (
          <Item key={key} title={title}>
            {text && <p>{text}</p>}
            {letter && <CommandLine>{commandFor(desk, 'dead-letter show', ...letter)}</CommandLine>}
          </Item>
        ))}
      </ul>
    </section>
  );
}
