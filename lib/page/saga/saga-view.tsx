import type { JSX } from 'preact';
import type { Saga } from '../../operations/sagas/saga.ts';
import { timeText } from '../../operations/time-text.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import { commandFor } from '../desk.ts';
import { Badge, CommandLine, Table, Time } from '../parts.tsx';
import { statusTones } from '../tones.ts';
import { deliveriesOf } from './deliveries.ts';
import type { Delivery } from './delivery.ts';
import { Problems, type SagaViewProps } from './problems.tsx';
import { Sequence } from './sequence.tsx';
import { Timeline } from './timeline.tsx';

/** Deliveries that are drawn; the tables have more. */
const ROWS_MAX = 300;

/** What a status means, in a sentence. */
const statusTexts: Readonly<Record<Saga['status'], string>> = {
  unknown: 'No journal has a claim or a message of it; they expire.',
  running: 'Something is still to come, and nothing stands in its way.',
  parked: 'A message waits for its next try; other sagas go on meanwhile.',
  stuck: 'Somebody has to look at it.',
  completed: 'At rest: everything that was to happen has happened.',
  compensated: 'At rest: what was done before the failure has been undone.',
};

const RESTS_UNTIL_DUE = 'At rest until what is due later: nothing else is left to happen.';

function awaitedText({ type, types, service, since }: Saga['awaited'][number]): string {
  return `${types.join(' or ')} in ${service}, to ${type} of ${timeText(since)} UTC`;
}

function statusText({ status, messages, expected, awaited }: Saga): string {
  const onlyAwaited = status === 'running' && expected.every(({ scheduled }) => scheduled);
  if (onlyAwaited && awaited.length > 0) return `Another system still has to answer: ${awaited.map(awaitedText).join('; ')}.`;
  return status === 'completed' && messages.some(({ scheduled }) => scheduled) ? RESTS_UNTIL_DUE : statusTexts[status];
}

/** Beside a status, which is about what has happened and what is expected. */
const GIVEN_UP_BESIDE = 'A consumer gave up on a message of it, which keeps nothing else from happening: discard it, or correct it.';

function besideText({ deadLetters, expected }: Saga): string {
  const stopping = new Set(expected.map(({ deadLetter }) => deadLetter));
  return deadLetters.some(({ id }) => !stopping.has(id)) ? ` ${GIVEN_UP_BESIDE}` : '';
}

function Messages({ saga }: { readonly saga: Saga }): JSX.Element {
  const rows = saga.messages.map(({ id, time, source, type, subject, scheduled, sentBy }) => [
    <Time key={id} at={time} />,
    source,
    scheduled ? `${type} (due)` : type,
    subject,
    sentBy ? `${sentBy.phase === 'undo' ? 'undo ' : ''}${sentBy.reaction}` : '',
    <span key={id} class="id">
      {id}
    </span>,
  ]);
  return <Table heads={['time, UTC', 'from', 'message', 'subject', 'sent by', 'id']} rows={rows} />;
}

function Reactions({ saga }: { readonly saga: Saga }): JSX.Element {
  const rows = saga.steps.map(({ service, reaction, kind, state, at, trigger, firstCall, deadLetters }) => [
    at === undefined ? '' : <Time key={at} at={at} />,
    service,
    reaction,
    kind,
    state,
    trigger ? `${trigger.type} from ${trigger.source}` : '',
    firstCall ? `${firstCall.client}.${firstCall.method}` : '',
    deadLetters.map((letter) => `${letter.error.code} (${letter.state})`).join(', '),
  ]);
  return (
    <Table
      heads={['last commit, UTC', 'service', 'reaction', 'claim', 'state', 'undo asked by', 'first call', 'dead letters']}
      rows={rows}
    />
  );
}

function Pictures({ deliveries }: { readonly deliveries: readonly Delivery[] }): JSX.Element {
  const shown = deliveries.slice(0, ROWS_MAX);
  return (
    <>
      <section aria-labelledby="sequence">
        <h2 id="sequence">What happened</h2>
        <div class="wide">
          <Sequence deliveries={shown} />
        </div>
        {deliveries.length > ROWS_MAX && (
          <p class="dim">
            The first {ROWS_MAX} deliveries of {deliveries.length}.
          </p>
        )}
      </section>
      <section aria-labelledby="timeline">
        <h2 id="timeline">How long it took</h2>
        <div class="wide">
          <Timeline deliveries={shown} />
        </div>
      </section>
    </>
  );
}

/** Everything about one saga: how it stands, what stands in its way, its pictures, and its data. */
export function SagaView(props: SagaViewProps & { readonly manifests: readonly ServiceManifest[] }): JSX.Element {
  const { saga, manifests, now, desk } = props;
  const { correlationId, status } = saga;
  const deliveries = deliveriesOf(saga, manifests);
  const subject = saga.messages.find((message) => message.subject !== '')?.subject;
  return (
    <>
      <h1>
        {saga.messages[0]?.type ?? 'Saga'} <bdi>{subject}</bdi> <Badge tone={statusTones[status]}>{status}</Badge>
      </h1>
      <p class="dim">
        <bdi class="id">{correlationId}</bdi> · {statusText(saga)}
        {besideText(saga)}
        {saga.more && ' There is more than is read.'}
      </p>
      <Problems saga={saga} now={now} desk={desk} />
      {deliveries.length > 0 && <Pictures deliveries={deliveries} />}
      {saga.messages.length > 0 && (
        <section aria-labelledby="messages">
          <h2 id="messages">Messages</h2>
          <Messages saga={saga} />
        </section>
      )}
      {saga.steps.length > 0 && (
        <section aria-labelledby="reactions">
          <h2 id="reactions">Reactions</h2>
          <Reactions saga={saga} />
        </section>
      )}
      <p>
        <CommandLine>{commandFor(desk, 'saga show', correlationId)}</CommandLine>
      </p>
    </>
  );
}
