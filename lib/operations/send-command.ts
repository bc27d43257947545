import { ChoreographyError } from '../contract/errors.ts';
import { payloadHash } from '../runtime/journal/payload-hash.ts';
import { type ConsumerInfo, findConsumer, type OperatorAccess } from './access.ts';
import { audited } from './audit.ts';

/** A command that an operator sends, by the name of its type. */
export interface CommandRequest {
  readonly command: string;
  readonly data: unknown;
  readonly idempotencyKey: string;
  /** @default - the service that takes the command */
  readonly service?: string;
}

/** How it ended, as far as the audit keeps it. */
interface Outcome {
  readonly ok: boolean;
  readonly correlationId: string;
  readonly code?: string;
}

function commandsOf({ manifest }: ConsumerInfo): readonly string[] {
  const messages = manifest?.reactions.flatMap(({ on }) => on) ?? [];
  return messages.flatMap(({ kind, type }) => (kind === 'command' ? [type] : []));
}

/** The service that takes a command, as its manifest says. @throws UNKNOWN_SERVICE, UNKNOWN_COMMAND */
export async function commandOwner(
  access: OperatorAccess,
  { command, service }: Pick<CommandRequest, 'command' | 'service'>,
): Promise<string> {
  const consumers = service === undefined ? await access.consumers() : [await findConsumer(access, service)];
  const owner = consumers.find((consumer) => commandsOf(consumer).includes(command));
  if (owner) return owner.name;
  const all = [...new Set(consumers.flatMap(commandsOf))].sort();
  const known = all.length === 0 ? 'it has none' : `its commands are ${all.join(', ')}`;
  const who = service === undefined ? 'No service of the backbone' : `${service}, as it is deployed,`;
  const text = service === undefined ? `${who} takes the command ${command}; ${known}.` : `${who} takes no ${command}; ${known}.`;
  throw new ChoreographyError('UNKNOWN_COMMAND', text, { details: { command, ...(service === undefined ? {} : { service }) } });
}

/**
 * Sends a command to the service that takes it, as its manifest says, and leaves a trace of it in the audit: who, which
 * command, its key, a hash of its data, and how it ended. `send`: sends to a service.
 * @throws UNKNOWN_SERVICE, UNKNOWN_COMMAND, and what `send` throws
 */
export async function sendCommand<Result extends Outcome>(
  access: OperatorAccess,
  request: CommandRequest,
  send: (service: string) => Promise<Result>,
): Promise<Result> {
  const service = await commandOwner(access, request);
  const { command: subject, idempotencyKey, data } = request;
  const details = { idempotencyKey, data: payloadHash(data) };
  return audited(access, { action: 'command.send', service, subject, details }, async () => {
    const value = await send(service);
    const { ok, correlationId, code } = value;
    return { value, result: { ok, correlationId, ...(code === undefined ? {} : { code }) } };
  });
}
