import type { ComponentChildren, JSX } from 'preact';
import type { Saga } from '../../operations/sagas/saga.ts';
import { timeText } from '../../operations/time-text.ts';
import { commandFor, type PageDesk } from '../desk.ts';
import { CommandLine } from '../parts.tsx';

interface Problem {
  readonly key: string;
  readonly title: string;
  readonly text: string;
  readonly commands: readonly string[];
}

function letterProblems({ steps }: Saga): readonly Problem[] {
  return steps.flatMap(({ service, reaction, deadLetters }) =>
    deadLetters
      .filter(({ state }) => state !== 'closed')
      .map(({ id, state, error, attempts }) => ({
        key: id,
        title: `${error.code} in ${service} ${reaction}: dead letter, ${state}, after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
        text: error.message,
        commands: [`dead-letter show ${service} ${id}`],
      })),
  );
}

function parkedProblems({ parked }: Saga): readonly Problem[] {
  return parked.flatMap(({ service, type, messageId, nextTryAt, failures }) =>
    Object.entries(failures).map(([reaction, { attempts, error }]) => ({
      key: `${service} ${messageId} ${reaction}`,
      title: `${error.code} in ${service} ${reaction} on ${type}: tried ${attempts} times, next try at ${timeText(nextTryAt)}`,
      text: error.message,
      commands: [],
    })),
  );
}

function openProblems({ steps }: Saga): readonly Problem[] {
  return steps
    .filter(({ state, undoRequestedBy, deadLetters }) => (state === 'started' || undoRequestedBy !== undefined) && deadLetters.length === 0)
    .map(({ service, reaction, firstCall, undoRequestedBy }) => ({
      key: `${service} ${reaction}`,
      title: `${service} ${reaction} has begun, and its end is not known`,
      text: [
        firstCall ? `It called ${firstCall.client}.${firstCall.method}.` : '',
        undoRequestedBy === undefined ? '' : 'Its undo was requested, and is done once the outcome is known.',
      ]
        .filter(Boolean)
        .join(' '),
      commands: [],
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

/** What keeps a saga from its end, with the errors in full and the commands that help. */
export function Problems({ saga, desk }: { readonly saga: Saga; readonly desk: Pick<PageDesk, 'options'> }): JSX.Element | null {
  const problems = [...letterProblems(saga), ...parkedProblems(saga), ...openProblems(saga)];
  if (problems.length === 0) return null;
  return (
    <section class="problems" aria-labelledby="problems">
      <h2 id="problems">What stands in its way</h2>
      <ul>
        {problems.map(({ key, title, text, commands }) => (
          <Item key={key} title={title}>
            {text && <p>{text}</p>}
            {commands.map((words) => (
              <CommandLine key={words}>{commandFor(desk, words)}</CommandLine>
            ))}
          </Item>
        ))}
      </ul>
    </section>
  );
}
