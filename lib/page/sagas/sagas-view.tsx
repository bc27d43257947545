import type { JSX } from 'preact';
import type { Saga } from '../../operations/sagas/saga.ts';
import { spanText, timeText } from '../../operations/time-text.ts';
import { commandFor, type PageDesk } from '../desk.ts';
import { Ago, Badge, CommandLine, SagaLink, Table } from '../parts.tsx';
import { statusTones } from '../tones.ts';
import { Figures } from './figures.tsx';
import type { ListedSaga, ShownSagas } from './read-sagas.ts';
import { listPath, spansWithin } from './time-window.ts';
import { whyText } from './why.ts';

function Status({ saga: { status } }: { readonly saga: Saga }): JSX.Element {
  return <Badge tone={statusTones[status]}>{status}</Badge>;
}

function troubledRow(saga: Saga, now: number) {
  const { correlationId: id, messages } = saga;
  const sent = messages.filter(({ scheduled }) => !scheduled);
  const lastAt = sent.at(-1)?.time;
  return [
    <Status key={id} saga={saga} />,
    <SagaLink key={id} id={id} />,
    whyText(saga, now),
    sent[0]?.type ?? '',
    sent.find(({ subject }) => subject !== '')?.subject ?? '',
    lastAt === undefined ? '' : <Ago key={id} at={lastAt} now={now} />,
  ];
}

/** What needs a look stands first, whatever its age. */
function Troubled({ shown: { troubled, foundTroubled, now } }: { readonly shown: ShownSagas }): JSX.Element | null {
  if (troubled.length === 0) return null;
  return (
    <section aria-labelledby="troubled">
      <h2 id="troubled">Need a look</h2>
      <p class="dim">
        Stuck, parked for long, or with an open dead letter, whatever their age.
        {foundTroubled > troubled.length && ` The first ${troubled.length} of ${foundTroubled}.`}
      </p>
      <Table
        heads={['status', 'saga', 'what stands in its way', 'first message', 'subject', 'last active']}
        rows={troubled.map((saga) => troubledRow(saga, now))}
      />
    </section>
  );
}

function recentRow({ correlationId: id, first, last, messages, saga }: ListedSaga, now: number) {
  return [
    <Status key={id} saga={saga} />,
    <SagaLink key={id} id={id} />,
    first.type,
    first.subject,
    last.type,
    messages,
    <Ago key={id} at={last.time} now={now} />,
  ];
}

type Shown = ShownSagas & Required<Pick<ShownSagas, 'recent'>>;

const hasRecent = (shown: ShownSagas): shown is Shown => shown.recent !== undefined;

/** `ofRun`: it is a run that has ended, and all of it was asked for. */
function windowText({ recent, window, troubled }: Shown, ofRun: boolean): string {
  const { from, until, read, found, items, more } = recent;
  const span = spanText(Date.parse(until) - Date.parse(from));
  const back = window.until === undefined ? `the last ${span}` : `${span} until ${timeText(until)} UTC`;
  const time = ofRun && !more ? 'this run' : back;
  const shown = found > items.length + troubled.length ? `; the newest ${items.length} of ${found} sagas are shown` : '';
  return `${read} events of ${time} were read${more ? ', which is as many as are read at once' : ''}${shown}.`;
}

/** Links to other times: how far to look back, and the time before this one. */
function Windows({ shown }: { readonly shown: Shown }): JSX.Element {
  const { window, subject, retentionSeconds, recent } = shown;
  const { sinceSeconds, until } = window;
  const isShown = (seconds: number) => until === undefined && seconds === sinceSeconds;
  return (
    <nav class="windows" aria-label="Time">
      {spansWithin(retentionSeconds).map((seconds) => (
        <a
          key={seconds}
          href={listPath({ sinceSeconds: seconds }, subject)}
          {...(isShown(seconds) ? { 'aria-current': 'true' as const } : {})}
        >
          last {spanText(seconds * 1000)}
        </a>
      ))}
      <a href={listPath({ sinceSeconds, until: Date.parse(recent.from) - 1 }, subject)}>earlier</a>
    </nav>
  );
}

function Recent({ shown, ofRun }: { readonly shown: Shown; readonly ofRun: boolean }): JSX.Element {
  const { recent, troubled, subject, now } = shown;
  return (
    <section aria-labelledby="recent">
      <h2 id="recent">{subject !== '' ? 'Found' : troubled.length > 0 ? 'Others' : 'Ran lately'}</h2>
      {!(ofRun && !recent.more) && <Windows shown={shown} />}
      <p class="dim">{windowText(shown, ofRun)}</p>
      {recent.items.length === 0 ? (
        <p>No {troubled.length > 0 ? 'other ' : ''}saga was found.</p>
      ) : (
        <Table
          heads={['status', 'saga', 'first event', 'subject', 'last event', 'events', 'last active']}
          rows={recent.items.map((saga) => recentRow(saga, now))}
        />
      )}
    </section>
  );
}

function Search({ shown: { subject, window } }: { readonly shown: ShownSagas }): JSX.Element {
  return (
    <form method="get" action="./">
      <input
        name="q"
        value={subject}
        placeholder="correlation id, or part of a subject"
        aria-label="Correlation id, or part of a subject"
      />{' '}
      <input type="hidden" name="since" value={window.sinceSeconds} />
      {window.until !== undefined && <input type="hidden" name="until" value={new Date(window.until).toISOString()} />}
      <button type="submit">Find</button>
    </form>
  );
}

/** How the world is in numbers, the sagas that need a look, those that ran lately, and a field to find others. */
export function SagasView({
  shown,
  desk,
}: {
  readonly shown: ShownSagas;
  readonly desk: Pick<PageDesk, 'options' | 'refreshSeconds'>;
}): JSX.Element {
  return (
    <>
      <h1>Sagas</h1>
      <Figures shown={shown} />
      <Search shown={shown} />
      <Troubled shown={shown} />
      {hasRecent(shown) ? (
        <Recent shown={shown} ofRun={desk.refreshSeconds === undefined && shown.window.until === undefined} />
      ) : (
        <p>Without a stream nobody knows which sagas ran lately: find one by its correlation id.</p>
      )}
      <p class="dim">All sagas that are stuck, however old:</p>
      <CommandLine>{commandFor(desk, 'saga list --stuck')}</CommandLine>
    </>
  );
}
