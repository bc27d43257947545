import type { Envelope } from '../../contract/envelope.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import { ID_LENGTH_MAX } from '../../contract/limits.ts';
import { runBatch } from '../batch/batch.ts';
import { createItem } from '../batch/work-item.ts';
import type { RuntimeContext } from '../context.ts';
import { hashOf } from '../journal/hash.ts';
import { type ItemKey, keyText } from '../journal/item-key.ts';
import { decodeEnvelope } from '../message/decode.ts';
import { createEnvelope, isoTime } from '../message/envelopes.ts';
import type { Invocation } from '../ports/delivery.ts';
import type { CommandCall, CommandOutcome } from '../service-runtime.ts';
import type { TaskOutcome } from '../tasks/outcome.ts';

function checkKey(name: string, value: string): void {
  if (typeof value === 'string' && value !== '' && value.length <= ID_LENGTH_MAX) return;
  throw new ChoreographyError(
    'INVALID_IDEMPOTENCY_KEY',
    `The ${name} of a command must be a text of 1 to ${ID_LENGTH_MAX} characters; use one key for all tries of one request.`,
    { details: { name } },
  );
}

function refusalOf(correlationId: string, code: string, message: string, retryable = false): CommandOutcome {
  return { ok: false, code, message, retryable, correlationId };
}

function failedWith(correlationId: string, events: readonly Envelope[]): CommandOutcome {
  const types = events.map(({ type }) => type).join(', '); // none, if an operator has closed it as failed
  return refusalOf(correlationId, 'COMMAND_FAILED', `The command failed${types && `: ${types}`}.`);
}

/** Nothing is in: the caller may try again, unless the error says that it is of no use. */
function unavailable(correlationId: string, error: unknown): CommandOutcome {
  const { code, retryable } = (error ?? {}) as { readonly code?: unknown; readonly retryable?: unknown };
  const message =
    error instanceof Error ? error.message : 'The command could not be carried out now; try again with the same idempotency key.';
  return refusalOf(correlationId, typeof code === 'string' ? code : 'COMMAND_UNAVAILABLE', message, retryable !== false);
}

function givenUp(correlationId: string, code: string): CommandOutcome {
  return refusalOf(correlationId, code, 'The command could not be carried out; see its dead letter.');
}

/** More commands than the service takes; nothing was read or written. */
function limited({ service, ports }: RuntimeContext, correlationId: string, type: string, retryAfterMilliseconds: number): CommandOutcome {
  ports.telemetry.count('commands-limited', { service, type });
  const message = `${service} takes no more commands at the moment; try again in ${Math.ceil(retryAfterMilliseconds / 1000)} s with the same idempotency key.`;
  return { ok: false, code: 'TOO_MANY_COMMANDS', message, retryable: true, correlationId, retryAfterMilliseconds };
}

/** A repeated command: the same answer as the first time, from what the journal holds of it. */
async function firstAnswer({ ports }: RuntimeContext, key: ItemKey, correlationId: string): Promise<CommandOutcome> {
  const claim = (await ports.store.read({ claims: [key] })).claims.get(keyText(key));
  if (!claim) return unavailable(correlationId, undefined);
  const { state, refusal, deadLetters, emissions } = claim;
  if (refusal) return refusalOf(correlationId, refusal.code, refusal.message);
  const reacted = emissions.find(({ phase }) => phase === 'react');
  if (state === 'done' || (state === 'undone' && reacted)) return { ok: true, answer: claim.data, correlationId };
  if (reacted) return failedWith(correlationId, reacted.events);
  const documents = (await ports.store.read({ deadLetters })).deadLetters;
  return givenUp(correlationId, documents.get(deadLetters[0] ?? '')?.error.code ?? 'COMMAND_FAILED');
}

function answerOf(outcome: TaskOutcome, correlationId: string): CommandOutcome {
  if (outcome.refusal) return refusalOf(correlationId, outcome.refusal.code, outcome.refusal.message);
  if (outcome.status === 'done') return { ok: true, answer: outcome.data, correlationId };
  return outcome.code === undefined ? failedWith(correlationId, outcome.events) : givenUp(correlationId, outcome.code);
}

/** Runs a command. The correlation id comes from service, command, caller and idempotency key: a repeated command finds its first answer. */
export async function execute(
  context: RuntimeContext,
  { command, data, idempotencyKey, caller, trace = context.ports.tracing?.current() }: CommandCall,
  invocation: Invocation,
): Promise<CommandOutcome> {
  checkKey('idempotency key', idempotencyKey);
  checkKey('caller', caller);
  if (context.catalog.subscriptions.get(command.type)?.message.kind !== 'command') {
    throw new ChoreographyError(
      'UNKNOWN_COMMAND',
      `${context.service} has no reaction on ${command.type}; send it to the service that has.`,
      { details: { service: context.service, command: command.type } },
    );
  }
  const correlationid = hashOf('command', context.service, command.type, caller, idempotencyKey);
  const wait = context.commandLimit();
  if (wait > 0) return limited(context, correlationid, command.type, wait);
  const now = isoTime(context.ports.clock.now());
  const envelope = createEnvelope(command, data, {
    id: correlationid,
    source: caller,
    time: now,
    correlationid,
    causationid: correlationid,
    hops: 0,
    ...trace,
  });
  const decoded = decodeEnvelope(envelope, context.catalog);
  if (decoded.kind !== 'message')
    throw decoded.kind === 'malformed' ? decoded.error : new ChoreographyError('UNKNOWN_COMMAND', `${command.type} is not known.`);
  const item = createItem({ index: 0, decoded, source: { kind: 'command', caller } });
  const [task] = item.tasks;
  await runBatch({ context, mode: 'command', invocation, items: [item] });
  const outcome = item.outcomes.get(task?.reaction.name ?? '');
  if (!task || !outcome) return unavailable(correlationid, item.failedWith);
  const repeated = outcome.code === undefined && (outcome.status === 'duplicate' || outcome.status === 'cancelled');
  if (!repeated) return answerOf(outcome, correlationid);
  try {
    return await firstAnswer(context, task.key, correlationid);
  } catch (error) {
    return unavailable(correlationid, error);
  }
}
