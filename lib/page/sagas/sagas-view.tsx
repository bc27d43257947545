import type { JSX } from 'preact';
import type { RecentSaga, RecentSagas } from '../../operations/sagas/recent.ts';
import type { SagaStatus } from '../../operations/sagas/saga.ts';
import { spanText } from '../../operations/time-text.ts';
import { commandFor, type PageDesk } from '../desk.ts';
import { Ago, Badge, CommandLine, SagaLink, Table } from '../parts.tsx';
import { statusTones } from '../tones.ts';

/** A saga of the list, with what the journals say about it. */
export interface ListedSaga extends RecentSaga {
  readonly status: SagaStatus;
}

/** The sagas that ran lately, with their statuses. */
export type ListedSagas = Omit<RecentSagas, 'items'> & { readonly items: readonly ListedSaga[] };

/** What the list shows. */
export interface ShownSagas {
  /** Absent: there is no stream that could be read. */
  readonly recent?: ListedSagas;
  /** A part of the subject that was asked for. */
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

function rowOf({ correlationId, first, last, messages, status }: ListedSaga, now: number) {
  return [
    <Badge key={correlationId} tone={statusTones[status]}>
      {status}
    </Badge>,
    <SagaLink key={correlationId} id={correlationId} />,
    first.type,
    first.subject,
    last.type,
    messages,
    <Ago key={correlationId} at={last.time} now={now} />,
  ];
}

/** `ofRun`: it is a run that has ended, and all of it was asked for. */
function windowText({ from, until, read, found, items, more }: ListedSagas, ofRun: boolean): string {
  const time = ofRun && !more ? 'this run' : `the last ${spanText(Date.parse(until) - Date.parse(from))}`;
  const window = `${read} events of ${time} were read`;
  const shown = found > items.length ? `; the newest ${items.length} of ${found} sagas are shown` : '';
  return `${window}${more ? ', which is as many as are read at once' : ''}${shown}.`;
}

function List({ recent, now, ofRun }: { readonly recent: ListedSagas; readonly now: number; readonly ofRun: boolean }): JSX.Element {
  return (
    <>
      <p class="dim">{windowText(recent, ofRun)}</p>
      {recent.items.length === 0 ? (
        <p>No saga was found.</p>
      ) : (
        <Table
          heads={['status', 'saga', 'first event', 'subject', 'last event', 'events', 'last active']}
          rows={recent.items.map((saga) => rowOf(saga, now))}
        />
      )}
    </>
  );
}

/** The sagas that ran lately, each with its status, and a field to find others. */
export function SagasView({
  shown,
  desk,
}: {
  readonly shown: ShownSagas;
  readonly desk: Pick<PageDesk, 'options' | 'refreshSeconds'>;
}): JSX.Element {
  const { recent, subject, now } = shown;
  return (
    <>
      <h1>Sagas</h1>
      <form method="get" action="./">
        <input
          name="q"
          value={subject}
          placeholder="correlation id, or part of a subject"
          aria-label="Correlation id, or part of a subject"
        />{' '}
        <button type="submit">Find</button>
      </form>
      {recent ? (
        <List recent={recent} now={now} ofRun={desk.refreshSeconds === undefined} />
      ) : (
        <p>Without a stream nobody knows which sagas ran lately: find one by its correlation id.</p>
      )}
      <p class="dim">All sagas that are stuck, however old:</p>
      <CommandLine>{commandFor(desk, 'saga list --stuck')}</CommandLine>
    </>
  );
}
