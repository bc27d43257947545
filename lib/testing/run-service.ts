import type { EntityType } from '../contract/entity.ts';
import type { Envelope } from '../contract/envelope.ts';
import { ChoreographyError } from '../contract/errors.ts';
import type { Service } from '../contract/service.ts';
import type { ErrorRecord } from '../runtime/journal/dead-letter.ts';
import type { SagaMarker } from '../runtime/journal/parked.ts';
import type { LogRecord } from '../runtime/ports/telemetry.ts';
import type { CommandOutcome } from '../runtime/service-runtime.ts';
import { keyOf, readState } from '../runtime/transaction/state-shape.ts';
import { recordReads } from './field-reads.ts';
import { createServiceBench, type ServiceBench } from './service-bench.ts';
import { type StoredEntity, writeStored } from './stored.ts';

/** What `runService` takes. */
export interface Spec<Clients> {
  /** What happened before: state, and messages that this service has already processed, each of which it must take. @default [] */
  readonly given?: readonly (StoredEntity | Envelope)[];
  readonly when: Envelope;
  /** @default true: each reaction runs twice before it commits, then `when` is delivered a second time; the test fails if either makes a difference. */
  readonly redeliver?: boolean;
  readonly clients?: Clients;
}

/** How a service handled a message. */
export interface Outcome {
  readonly emitted: readonly { readonly type: string; readonly data: unknown }[];
  readonly scheduled: readonly { readonly type: string; readonly data: unknown; readonly afterSeconds: number }[];
  /** `parked`: it failed technically, and without other traffic nobody can say that it is not an outage. */
  readonly outcome:
    | 'done'
    | 'failed'
    | 'undone'
    | 'cancelled'
    | 'refused'
    | 'ignored'
    | 'duplicate'
    | 'requested'
    | 'parked'
    | 'dead-lettered';
  /** What `react` returned; for a command, the answer. */
  readonly answer: unknown;
  readonly error?: ErrorRecord;
  state<State>(entity: EntityType<State>, id: string): State | undefined;
}

type NoClients<C> = [keyof C] extends [never] ? unknown : { readonly clients: C };

interface Deadline {
  readonly type: string;
  readonly data: unknown;
  readonly afterSeconds: number;
}

/** Far enough ahead for every schedule, in milliseconds since 1970. */
const FAR_AHEAD = 8.64e15;
const DUE_ITEMS_MAX = 1_000;
const PARKED_MESSAGES_MAX = 1_000;

async function scheduledIn({ store }: ServiceBench): Promise<readonly (Deadline & { readonly id: string })[]> {
  const due = await store.listDue({ before: FAR_AHEAD, limit: DUE_ITEMS_MAX });
  const claims = store.allClaims();
  return due.flatMap((item) => {
    if (item.kind !== 'event') return [];
    const emission = claims.flatMap(({ emissions }) => emissions).find(({ scheduled }) => scheduled.some(({ id }) => id === item.event.id));
    const afterSeconds = Math.round((item.dueAt - Date.parse(emission?.at ?? item.event.time)) / 1000);
    return [{ id: item.id, type: item.event.type, data: item.event.data, afterSeconds }];
  });
}

const severity = [
  'ignored',
  'duplicate',
  'requested',
  'cancelled',
  'done',
  'undone',
  'refused',
  'failed',
  'parked',
  'dead-lettered',
] as const;

function worst(found: readonly string[]): Outcome['outcome'] {
  return severity.findLast((outcome) => found.includes(outcome)) ?? 'ignored';
}

/** Dead letters and parked sagas so far, one text each. */
function troubles({ store }: ServiceBench): ReadonlySet<string> {
  return new Set([...store.allDeadLetters(), ...store.allMarkers()].map(({ version }) => version));
}

/** Why a message is parked: its own last failure, or that of the message it waits for. */
async function failureOf({ store }: ServiceBench, { saga }: SagaMarker, { id }: Envelope): Promise<ErrorRecord | undefined> {
  const line = await store.listParked(saga, PARKED_MESSAGES_MAX);
  const failures = [line.find(({ message }) => message.id === id), line[0]].map((parked) => Object.values(parked?.failures ?? {}));
  return failures.find(({ length }) => length > 0)?.at(-1)?.error;
}

async function verdict(
  bench: ServiceBench,
  earlier: ReadonlySet<string>,
  logged: readonly LogRecord[],
  when: Envelope,
  command: CommandOutcome | undefined,
): Promise<Pick<Outcome, 'outcome' | 'error'>> {
  const outcomes = logged.flatMap(({ fields }) => (typeof fields['outcome'] === 'string' ? [fields['outcome']] : []));
  const marker = bench.store.allMarkers().find(({ version }) => !earlier.has(version));
  const letter = bench.store.allDeadLetters().find(({ version }) => !earlier.has(version));
  if (letter) outcomes.push('dead-lettered');
  if (marker) outcomes.push('parked');
  const outcome = worst(outcomes);
  if (letter) return { outcome, error: letter.error };
  if (command && !command.ok)
    return {
      outcome: outcome !== 'ignored' ? outcome : command.retryable ? 'parked' : 'dead-lettered',
      error: { code: command.code, message: command.message },
    };
  const error = marker && (await failureOf(bench, marker, when));
  return error ? { outcome, error } : { outcome };
}

function answerOf(bench: ServiceBench, when: Envelope, command: CommandOutcome | undefined): unknown {
  if (command) return command.ok ? command.answer : undefined;
  return bench.store.allClaims().find(({ message }) => message?.id === when.id)?.data;
}

/** A second delivery must change nothing: no state, no event. */
async function checkRedelivery(service: Pick<Service, 'name'>, bench: ServiceBench, when: Envelope): Promise<void> {
  const before = JSON.stringify(bench.store.snapshot());
  const published = bench.published.length;
  await bench.deliver(when);
  const extra = bench.published.slice(published).map(({ type }) => type);
  if (extra.length === 0 && JSON.stringify(bench.store.snapshot()) === before) return;
  const what = extra.length > 0 ? `emitted ${extra.join(', ')} again` : 'changed stored state';
  throw new ChoreographyError(
    'REDELIVERY_CHANGED',
    `${service.name}: the second delivery of ${when.type} ${what}. Every message may arrive twice; let reactions use only what tx offers.`,
    {
      details: { service: service.name, type: when.type, emitted: extra },
    },
  );
}

/** Delivers a message that the service is to have processed already. @throws GIVEN_IGNORED */
async function deliverGiven(service: Pick<Service, 'name'>, bench: ServiceBench, given: Envelope): Promise<void> {
  const [earlier, logs] = [troubles(bench), bench.log.length];
  const command = await bench.deliver(given);
  const { outcome } = await verdict(bench, earlier, bench.log.slice(logs), given, command);
  if (outcome !== 'ignored') return;
  throw new ChoreographyError(
    'GIVEN_IGNORED',
    `${service.name} takes no ${given.type}, so it cannot have processed one before: leave it out of \`given\`, or give what it takes.`,
    { details: { service: service.name, type: given.type } },
  );
}

async function runWatched<C>(service: Service<C>, spec: Spec<C>): Promise<Outcome> {
  const { given = [], when, redeliver = true, clients } = spec;
  const bench = createServiceBench(service, (clients ?? {}) as Readonly<Record<string, object>>);
  await writeStored(
    bench.store,
    given.filter((item) => 'kind' in item),
  );
  for (const earlier of given) if (!('kind' in earlier)) await deliverGiven(service, bench, earlier);
  const [events, logs] = [bench.published.length, bench.log.length];
  const known = new Set((await scheduledIn(bench)).map(({ id }) => id));
  const earlier = troubles(bench);
  if (redeliver) bench.rerun.arm();
  const command = await bench.deliver(when);
  bench.rerun.check(service, when.type);
  const emitted = bench.published.slice(events).map(({ type, data }) => ({ type, data }));
  const scheduled = (await scheduledIn(bench)).filter(({ id }) => !known.has(id)).map(({ id: _, ...deadline }) => deadline);
  const result = await verdict(bench, earlier, bench.log.slice(logs), when, command);
  if (redeliver && result.outcome !== 'parked') await checkRedelivery(service, bench, when);
  return {
    emitted,
    scheduled,
    ...result,
    answer: answerOf(bench, when, command),
    state<State>(entity: EntityType<State>, id: string) {
      const record = bench.store.entity(keyOf(entity, id).entity, id);
      return record && (readState(entity, id, record) as State);
    },
  };
}

/**
 * Runs one message through a service, on the real runtime and a journal in memory: given/when; the assertion is your test
 * runner's own `expect` on what comes back. @throws GIVEN_IGNORED, REDELIVERY_CHANGED, CLIENT_MISSING, SCHEMA_VIOLATION
 */
export async function runService<C>(service: Service<C>, spec: Spec<C> & NoClients<C>): Promise<Outcome> {
  const recording = recordReads(service);
  const outcome = await runWatched(recording.service, spec);
  recording.save();
  return outcome;
}
