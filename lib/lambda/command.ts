import { fieldOf, textOf } from '../aws/json-value.ts';
import { ChoreographyError, isChoreographyError } from '../contract/errors.ts';
import { ID_LENGTH_MAX, MESSAGE_BYTES_MAX } from '../contract/limits.ts';
import type { CommandType } from '../contract/message-type.ts';
import { type AnyService, reactionsOf } from '../contract/service.ts';
import { hashOf } from '../runtime/journal/hash.ts';
import type { CommandCall, CommandOutcome } from '../runtime/service-runtime.ts';
import { isTraceparent } from '../runtime/traceparent.ts';
import { deadlineOf, type LambdaContext } from './lambda-context.ts';
import type { ServiceInstance } from './service-instance.ts';

/** What a function URL or API Gateway (payload format 2) sends back. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Seconds after which a caller may try again, if nothing longer is known. */
const RETRY_AFTER_SECONDS = 1;

/** The command of a service by its name. @throws UNKNOWN_COMMAND */
export function commandOf(service: AnyService, name: string): CommandType {
  const commands = reactionsOf(service).flatMap(({ on }) => on.filter((message) => message.kind === 'command'));
  const found = commands.find(({ type }) => type === name);
  if (found) return found;
  const known = commands.map(({ type }) => type).join(', ') || 'none';
  throw new ChoreographyError('UNKNOWN_COMMAND', `${service.name} has no command ${name}; its commands are: ${known}.`, {
    details: { service: service.name, command: name },
  });
}

function refuse(code: string, message: string): never {
  throw new ChoreographyError(code, message);
}

function bodyOf(event: unknown): string {
  const body = textOf(event, 'body') ?? '';
  const text = fieldOf(event, 'isBase64Encoded') === true ? Buffer.from(body, 'base64').toString('utf8') : body;
  if (Buffer.byteLength(text) > MESSAGE_BYTES_MAX) refuse('TOO_LARGE', `The body has more than ${MESSAGE_BYTES_MAX} bytes.`);
  return text;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ChoreographyError('INVALID_JSON', 'The body is not JSON; send the data of the command as a JSON object.', { cause });
  }
}

function headerOf(event: unknown, name: string): string | undefined {
  const headers = fieldOf(event, 'headers');
  return textOf(headers, name) ?? textOf(headers, name.toLowerCase());
}

/** A role without its session: each task of a container service has another one, and a repeated command must find its first answer. */
function principalOf(userArn: string | undefined): string | undefined {
  return userArn?.replace(/^(arn:[\w-]+:sts::\d+:assumed-role\/[^/]+)\/.*$/, '$1');
}

/** A Lambda authorizer may give a number, and an empty text for a caller whom it does not know. */
function subjectOf(given: unknown): string | undefined {
  const subject = fieldOf(given, 'sub');
  return typeof subject === 'string' || typeof subject === 'number' ? String(subject) || undefined : undefined;
}

/**
 * Who calls, as far as AWS vouches for it: IAM principal, JWT subject, or the `sub` that a Lambda authorizer puts into its
 * context. All others share their idempotency keys.
 */
function callerOf(event: unknown): string {
  const authorizer = fieldOf(fieldOf(event, 'requestContext'), 'authorizer');
  const caller =
    principalOf(textOf(fieldOf(authorizer, 'iam'), 'userArn')) ??
    subjectOf(fieldOf(fieldOf(authorizer, 'jwt'), 'claims')) ??
    subjectOf(fieldOf(authorizer, 'lambda')) ??
    'anonymous';
  return caller.length <= ID_LENGTH_MAX ? caller : hashOf('caller', caller);
}

/** Where the caller stands in a trace, if it says so; one that cannot be read is left out. */
function traceOf(event: unknown): Pick<CommandCall, 'trace'> {
  const traceparent = headerOf(event, 'traceparent') ?? '';
  const tracestate = headerOf(event, 'tracestate') ?? '';
  return isTraceparent(traceparent) ? { trace: { traceparent, ...(tracestate === '' ? {} : { tracestate }) } } : {};
}

function httpCall(service: AnyService, event: unknown): CommandCall {
  const http = fieldOf(fieldOf(event, 'requestContext'), 'http');
  const method = textOf(http, 'method') ?? 'POST';
  if (method !== 'POST') refuse('METHOD_NOT_ALLOWED', `A command is sent with POST, not ${method}.`);
  const command = commandOf(service, (textOf(event, 'rawPath') ?? '').split('/').filter(Boolean).at(-1) ?? '');
  const contentType = headerOf(event, 'Content-Type') ?? 'application/json';
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(contentType))
    refuse('UNSUPPORTED_MEDIA_TYPE', `The body is ${contentType}; send application/json.`);
  const idempotencyKey = headerOf(event, 'Idempotency-Key') ?? '';
  if (idempotencyKey === '')
    refuse(
      'INVALID_IDEMPOTENCY_KEY',
      'The header Idempotency-Key is missing; send the same key with every attempt of a request, e.g. a UUID.',
    );
  return { command, data: jsonOf(bodyOf(event)), idempotencyKey, caller: callerOf(event), ...traceOf(event) };
}

function directCall(service: AnyService, event: unknown): CommandCall {
  const name = textOf(event, 'command');
  if (name === undefined) {
    refuse('UNKNOWN_LAMBDA_EVENT', 'The command function takes HTTP requests, and { command, data, idempotencyKey, caller? }.');
  }
  return {
    command: commandOf(service, name),
    data: fieldOf(event, 'data'),
    idempotencyKey: textOf(event, 'idempotencyKey') ?? '',
    caller: textOf(event, 'caller') ?? 'invoke',
  };
}

const statusByCode: Readonly<Record<string, number>> = {
  UNKNOWN_COMMAND: 404,
  METHOD_NOT_ALLOWED: 405,
  TOO_LARGE: 413,
  MESSAGE_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  STORE_THROTTLED: 429,
  TOO_MANY_COMMANDS: 429,
  COMMAND_UNAVAILABLE: 503,
};

function httpAnswer(statusCode: number, body: object, correlationId?: string, retryAfterSeconds = RETRY_AFTER_SECONDS): HttpAnswer {
  return {
    statusCode,
    headers: {
      'content-type': 'application/json',
      ...(correlationId === undefined ? {} : { 'x-correlation-id': correlationId }),
      ...(statusCode === 429 || statusCode === 503 ? { 'retry-after': String(retryAfterSeconds) } : {}),
    },
    body: JSON.stringify(body),
  };
}

/** What a caller may be told of. */
type Problem = Pick<CommandOutcome & { readonly ok: false }, 'code' | 'message' | 'retryable' | 'retryAfterMilliseconds'>;

/**
 * What could not be reached (hosts, tables, queries) is for the log, where the runtime has written it, and not for callers. What
 * says when to come back was refused by the service itself, which reached for nothing.
 */
function withoutCause<P extends Problem>(problem: P): P {
  const { code: found, retryable, retryAfterMilliseconds } = problem;
  if (retryAfterMilliseconds !== undefined || (!retryable && !found.startsWith('STORE_'))) return problem;
  const code = found === 'STORE_THROTTLED' ? found : 'COMMAND_UNAVAILABLE';
  return { ...problem, code, message: 'The command cannot be carried out at the moment; try again with the same idempotency key.' };
}

/** 200 with the answer; 422 for a command that was refused for good, 429 and 503 for one to try again with the same key. */
function answerOf(outcome: CommandOutcome): HttpAnswer {
  if (outcome.ok) {
    return httpAnswer(200, { answer: outcome.answer ?? null, correlationId: outcome.correlationId }, outcome.correlationId);
  }
  const { ok: _, retryAfterMilliseconds = 0, ...refusal } = withoutCause(outcome);
  const retryAfter = Math.max(RETRY_AFTER_SECONDS, Math.ceil(retryAfterMilliseconds / 1000));
  return httpAnswer(statusByCode[refusal.code] ?? 422, refusal, outcome.correlationId, retryAfter);
}

/** An error of the caller says what is wrong; any other one says nothing but that it happened, and is logged. */
function errorAnswer({ ports }: ServiceInstance, error: unknown): HttpAnswer {
  if (isChoreographyError(error)) {
    const { code, message, retryable } = error;
    const problem = withoutCause({ code, message, retryable });
    return httpAnswer(statusByCode[problem.code] ?? 400, problem);
  }
  ports.telemetry.log({ level: 'error', message: 'a command failed unexpectedly', fields: { error: String(error) } });
  return httpAnswer(503, { code: 'UNEXPECTED', message: 'The command failed; try again with the same idempotency key.', retryable: true });
}

/**
 * Runs a command that came over HTTP or by a direct invocation. Over HTTP every outcome is an answer; a direct caller gets
 * the outcome itself. @throws UNKNOWN_COMMAND, SCHEMA_VIOLATION, INVALID_IDEMPOTENCY_KEY, UNKNOWN_LAMBDA_EVENT to a direct caller
 */
export async function runCommand(instance: ServiceInstance, event: unknown, context: LambdaContext): Promise<HttpAnswer | CommandOutcome> {
  const { service, runtime, ports } = instance;
  const invocation = { deadline: deadlineOf(context, ports.clock.now()) };
  if (fieldOf(event, 'requestContext') === undefined) return runtime.execute(directCall(service, event), invocation);
  try {
    return answerOf(await runtime.execute(httpCall(service, event), invocation));
  } catch (error) {
    return errorAnswer(instance, error);
  }
}
