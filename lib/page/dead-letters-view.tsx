import type { JSX } from 'preact';
import { counted } from '../operations/counted.ts';
import { type DeadLetterGroup, groupWarnings } from '../operations/dead-letters/groups.ts';
import type { DeadLetterSummary } from '../operations/dead-letters/list.ts';
import { commandFor, type PageDesk } from './desk.ts';
import { Ago, CommandLine, SagaLink, Table } from './parts.tsx';

/** What is shown of the dead letters of a world. */
export interface ShownDeadLetters {
  readonly groups: readonly DeadLetterGroup[];
  /** There are more than were grouped. */
  readonly more: boolean;
  /** The newest ones, those that failed last first. */
  readonly letters: readonly DeadLetterSummary[];
  /** Of one consumer only. @default - of all */
  readonly consumer?: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

function statesText({ byState }: DeadLetterGroup): string {
  return Object.entries(byState)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
}

function Group({ group, desk, now }: { readonly group: DeadLetterGroup; readonly desk: Pick<PageDesk, 'options'>; readonly now: number }) {
  const { consumer, reactions, phase, code, error, types, lastFailedAt, problem, example, count, untaken } = group;
  return (
    <li>
      <strong>
        {code} in {consumer} {reactions.join(', ')} ({phase}) on {types.join(', ')}: {statesText(group)}
      </strong>
      <p>{error}</p>
      {groupWarnings(group).map((text) => (
        <p key={text}>! {text}</p>
      ))}
      <p class="dim">
        Last <Ago at={lastFailedAt} now={now} />
      </p>
      <CommandLine>{commandFor(desk, 'dead-letter show', consumer, example)}</CommandLine>
      {types.some((type) => type !== 'unreadable') && untaken?.count !== count && (
        <CommandLine>{commandFor(desk, 'dead-letter redrive', consumer, '--problem', problem, '--dry-run')}</CommandLine>
      )}
    </li>
  );
}

/** The messages that consumers gave up on: first how many different problems there are. */
export function DeadLettersView({
  shown,
  desk,
}: {
  readonly shown: ShownDeadLetters;
  readonly desk: Pick<PageDesk, 'options'>;
}): JSX.Element {
  const { groups, more, letters, consumer, now } = shown;
  const title = consumer === undefined ? 'Dead letters' : `Dead letters of ${consumer}`;
  if (groups.length === 0)
    return (
      <>
        <h1>{title}</h1>
        <p>There are none.</p>
      </>
    );
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const rows = letters.map(({ id, consumer: of, reactions, state, type = 'unreadable', correlationId, code, attempts, lastFailedAt }) => [
    <Ago key={id} at={lastFailedAt} now={now} />,
    of,
    reactions.join(', '),
    type,
    code,
    state,
    attempts,
    correlationId === undefined ? '' : <SagaLink key={id} id={correlationId} />,
  ]);
  return (
    <>
      <h1>{title}</h1>
      <section class="problems" aria-label="Problems">
        <p class="dim">
          {counted(groups.length, 'problem', 'different problems')}
          {more && '; there are more dead letters than were looked at'}
        </p>
        <ul>
          {groups.map((group) => (
            <Group key={group.problem} group={group} desk={desk} now={now} />
          ))}
        </ul>
      </section>
      <h2>One by one</h2>
      {count > letters.length && (
        <p class="dim">
          The newest {letters.length} of {count}
          {more && ' or more'}.
        </p>
      )}
      <Table heads={['last failed', 'consumer', 'reactions', 'message', 'error', 'state', 'attempts', 'saga']} rows={rows} />
    </>
  );
}
