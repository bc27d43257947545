import type { Envelope } from '../../contract/envelope.ts';
import { ChoreographyError, isChoreographyError } from '../../contract/errors.ts';
import { COMMIT_EVENTS_BYTES_MAX, EMITS_MAX, SCHEDULE_SECONDS_MAX } from '../../contract/limits.ts';
import type { EventType } from '../../contract/message-type.ts';
import type { AnyTransaction, RunnableReaction } from '../../contract/reaction-checks.ts';
import { hashOf } from '../journal/hash.ts';
import { createEnvelope, type EnvelopeHead, isoTime } from '../message/envelopes.ts';
import { bytesAtMost } from '../message/json.ts';
import { byteLength } from '../message/scan.ts';
import type { TraceContext } from '../ports/tracing.ts';
import { type Ending, Signal } from './signal.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** Which part of a reaction runs: it decides the keys and ids that are derived. */
export type Phase = 'react' | 'undo' | 'give-up';

/** What one run may say, and what it is derived from. */
export interface TransactionOptions {
  readonly service: string;
  readonly reaction: RunnableReaction;
  readonly phase: Phase;
  readonly message: Envelope;
  readonly work: UnitOfWork;
  readonly clients: Readonly<Record<string, object>>;
  readonly now: number;
  /** What events carry on. @default - the trace context of the message */
  readonly trace?: TraceContext;
  /** Told of each event that does not meet its schema, before the team's code is. @default - nobody */
  readonly onViolation?: (error: ChoreographyError) => void;
}

/** A transaction, and what it has gathered. */
export interface RunningTransaction {
  readonly tx: AnyTransaction;
  readonly events: readonly Envelope[];
  readonly scheduled: readonly Envelope[];
  /** Set as soon as the run has ended, even when the throw was swallowed. */
  ending(): Ending | undefined;
  end(signal: Signal): never;
  /** @throws Signal when the run has ended, TRANSACTION_ENDED when it is over */
  checkOpen(): void;
  /** The run is over: what comes later, from a promise that nobody waited for, would not be committed. */
  close(): void;
}

/** Key for outside calls: of the saga for a step, of the message otherwise; never of the trigger, because two triggers must not refund twice. */
function idempotencyKey({ service, reaction, phase, message }: TransactionOptions): string {
  if (phase === 'undo') return hashOf(service, message.correlationid, reaction.name, 'undo');
  if (reaction.compensation) return hashOf(service, message.correlationid, reaction.name);
  return hashOf(service, message.source, message.id, reaction.name);
}

function declaredIn({ reaction, phase }: TransactionOptions, list: 'emits' | 'fails' | 'schedules'): readonly EventType[] {
  if (phase !== 'undo') return reaction[list];
  return list === 'emits' ? (reaction.compensation?.emits ?? []) : [];
}

function checkDeclared(options: TransactionOptions, event: EventType, list: 'emits' | 'fails' | 'schedules'): void {
  const allowed = declaredIn(options, list);
  if (allowed.some(({ type, version }) => type === event?.type && version === event.version)) return;
  const where = options.phase === 'undo' ? "this compensation's" : "this reaction's";
  throw new ChoreographyError(
    'EVENT_NOT_DECLARED',
    `${options.reaction.name}: ${event?.type ?? String(event)} is not in ${where} ${list}; add it there.`,
    {
      details: { reaction: options.reaction.name, event: event?.type },
    },
  );
}

function checkRefusal({ reaction, phase }: TransactionOptions): void {
  if (phase === 'react' && reaction.on.some(({ kind }) => kind === 'command')) return;
  throw new ChoreographyError('NO_CALLER', `${reaction.name}: tx.refuse answers the caller of a command, and here is none; use tx.fail.`, {
    details: { reaction: reaction.name, phase },
  });
}

/** Creates an envelope; a violation of its schema is told even when the team's code swallows the error. */
function createChecked(event: EventType, data: unknown, head: EnvelopeHead, { onViolation }: TransactionOptions): Envelope {
  try {
    return createEnvelope(event, data, head);
  } catch (error) {
    if (isChoreographyError(error, 'SCHEMA_VIOLATION')) onViolation?.(error);
    throw error;
  }
}

/** Makes the envelopes of one run, within its limits. */
function createEnvelopeMaker(options: TransactionOptions) {
  const { service, reaction, phase, message, trace = message } = options;
  const made: Envelope[] = [];
  /** An upper bound; exact where that is over the limit. */
  let bytes = 0;
  return (event: EventType, data: unknown, at: number): Envelope => {
    if (made.length >= EMITS_MAX) {
      throw new ChoreographyError('TOO_MANY_EVENTS', `${reaction.name} emits more than ${EMITS_MAX} events for one message.`, {
        details: { limit: EMITS_MAX },
      });
    }
    const id = hashOf(message.source, message.id, service, reaction.name, phase, event.type, made.length);
    const { correlationid, hops } = message;
    const { traceparent, tracestate } = trace;
    const carried = { correlationid, causationid: message.id, hops: hops + 1, traceparent, tracestate };
    const created = createChecked(event, data, { id, source: service, time: isoTime(at), ...carried }, options);
    made.push(created);
    bytes += bytesAtMost(created);
    if (bytes > COMMIT_EVENTS_BYTES_MAX) bytes = made.reduce((sum, one) => sum + byteLength(JSON.stringify(one)), 0);
    if (bytes <= COMMIT_EVENTS_BYTES_MAX) return created;
    throw new ChoreographyError('MESSAGE_TOO_LARGE', `${reaction.name} emits more than ${COMMIT_EVENTS_BYTES_MAX} bytes for one message.`, {
      details: { limitBytes: COMMIT_EVENTS_BYTES_MAX },
    });
  };
}

function checkDelay({ name }: RunnableReaction, event: EventType, afterSeconds: number): void {
  if (afterSeconds >= 0 && afterSeconds <= SCHEDULE_SECONDS_MAX) return;
  throw new ChoreographyError(
    'INVALID_DELAY',
    `${name} schedules ${event.type} after ${afterSeconds} s: give 0 to ${SCHEDULE_SECONDS_MAX}.`,
    { details: { afterSeconds } },
  );
}

/** What a run does with entities, as long as it is open. */
function stateOf(work: UnitOfWork, checkOpen: () => void): Pick<AnyTransaction, 'get' | 'getMany' | 'put' | 'delete'> {
  return {
    async get(entity, id) {
      checkOpen();
      return work.get(entity, id);
    },
    async getMany(entity, ids) {
      checkOpen();
      return work.getMany(entity, ids);
    },
    put(entity, id, state) {
      checkOpen();
      work.put(entity, id, state);
    },
    delete(entity, id) {
      checkOpen();
      work.delete(entity, id);
    },
  };
}

/** Whether a run goes on; how it ended is remembered, so that swallowing the throw does not undo it. */
function createRunState({ reaction }: TransactionOptions): Pick<RunningTransaction, 'ending' | 'end' | 'checkOpen' | 'close'> {
  let ended: Ending | undefined;
  let closed = false;
  return {
    ending: () => ended,
    end(signal) {
      ended ??= signal.ending;
      throw signal;
    },
    checkOpen() {
      if (ended) throw new Signal(ended);
      if (!closed) return;
      throw new ChoreographyError('TRANSACTION_ENDED', `${reaction.name} used tx after it had returned; await everything that it starts.`, {
        details: { reaction: reaction.name },
      });
    },
    close() {
      closed = true;
    },
  };
}

/** Gathers what a run emits; every id is derived, so a rerun emits the same. */
export function createTransaction(options: TransactionOptions): RunningTransaction {
  const { service, reaction, phase, message, work, now } = options;
  const events: Envelope[] = [];
  const scheduled: Envelope[] = [];
  const make = createEnvelopeMaker(options);
  const state = createRunState(options);
  const { get, getMany, put, delete: remove } = stateOf(work, state.checkOpen);
  let ids = 0;

  const tx: AnyTransaction = {
    // Not a getter: an accessor of its own would give every `tx` a shape of its own, which costs ten times the hash.
    idempotencyKey: idempotencyKey(options),
    clients: options.clients,
    get,
    getMany,
    put,
    delete: remove,
    newId() {
      ids += 1;
      return hashOf('id', service, message.source, message.id, reaction.name, phase, ids);
    },
    emit(event, data) {
      state.checkOpen();
      checkDeclared(options, event, 'emits');
      events.push(make(event, data, now));
    },
    schedule(event, data, { afterSeconds }) {
      state.checkOpen();
      checkDeclared(options, event, 'schedules');
      checkDelay(reaction, event, afterSeconds);
      scheduled.push(make(event, data, now + afterSeconds * 1000));
    },
    fail(event, data) {
      state.checkOpen();
      checkDeclared(options, event, 'fails');
      return state.end(new Signal({ kind: 'fail', event: make(event, data, now) }));
    },
    refuse(code, text) {
      state.checkOpen();
      checkRefusal(options);
      return state.end(new Signal({ kind: 'refuse', refusal: { code, message: text } }));
    },
  };
  const { ending, end, checkOpen, close } = state;
  return { tx, events, scheduled, ending, end, checkOpen, close };
}
