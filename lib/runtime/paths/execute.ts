import { ChoreographyError } from '../../contract/errors.ts';
import { ID_LENGTH_MAX } from '../../contract/limits.ts';
import { runBatch } from '../batch/batch.ts';
import { createItem } from '../batch/work-item.ts';
import type { RuntimeContext } from '../context.ts';
import { hashOf } from '../journal/hash.ts';
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

function answerOf(outcome: TaskOutcome | undefined, correlationId: string, failure: unknown): CommandOutcome {
  const no = (code: string, message: string, retryable: boolean): CommandOutcome => ({
    ok: false,
    code,
    message,
    retryable,
    correlationId,
  });
  if (outcome?.refusal) return no(outcome.refusal.code, outcome.refusal.message, false);
  if (outcome && outcome.status !== 'dead-lettered' && outcome.status !== 'failed')
    return { ok: true, answer: outcome.data, correlationId };
  if (outcome)
    return no(
      outcome.code ?? 'COMMAND_FAILED',
      outcome.code
        ? 'The command could not be carried out; see its dead letter.'
        : `The command failed: ${outcome.events.map(({ type }) => type).join(', ')}.`,
      false,
    );
  const code = (failure as { code?: unknown } | undefined)?.code;
  const retryable = (failure as { retryable?: unknown } | undefined)?.retryable !== false;
  return no(
    typeof code === 'string' ? code : 'COMMAND_UNAVAILABLE',
    failure instanceof Error ? failure.message : 'The command could not be carried out now; try again with the same idempotency key.',
    retryable,
  );
}

/** Runs a command. The correlation id comes from service, command, caller and idempotency key: a repeated command finds its first answer. */
export async function execute(
  context: RuntimeContext,
  { command, data, idempotencyKey, caller }: CommandCall,
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
  const now = isoTime(context.ports.clock.now());
  const envelope = createEnvelope(command, data, {
    id: correlationid,
    source: caller,
    time: now,
    correlationid,
    causationid: correlationid,
    hops: 0,
  });
  const decoded = decodeEnvelope(envelope, context.catalog);
  if (decoded.kind !== 'message')
    throw decoded.kind === 'malformed' ? decoded.error : new ChoreographyError('UNKNOWN_COMMAND', `${command.type} is not known.`);
  const item = createItem({ index: 0, decoded, source: { kind: 'command', caller } });
  const [task] = item.tasks;
  await runBatch({ context, mode: 'command', invocation, items: [item] });
  return answerOf(item.outcomes.get(task?.reaction.name ?? ''), correlationid, item.failedWith);
}
