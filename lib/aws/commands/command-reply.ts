import { ChoreographyError } from '../../contract/errors.ts';
import { fieldOf, jsonOrText, textOf } from '../json-value.ts';

/** How a command ended for its caller. */
export type CommandResult<Answer> =
  | { readonly ok: true; readonly answer: Answer; readonly correlationId: string }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly retryable: boolean; readonly correlationId: string };

/** What came over HTTP. */
export interface CommandReply {
  readonly status: number;
  /** The header, in seconds. */
  readonly retryAfter?: string | undefined;
  readonly text: string;
}

/** What a reply means. `again`: not carried out as far as is known; `result`, if the service said so itself. */
export type ReadReply =
  | { readonly status: 'answered'; readonly result: CommandResult<unknown> }
  | { readonly status: 'again'; readonly result?: CommandResult<never>; readonly retryAfterSeconds: number };

/** Statuses behind which the same request may succeed later: throttled, or no answer from the function. */
const later: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

function refusalOf(body: unknown): (CommandResult<never> & { readonly ok: false }) | undefined {
  const [code, message, correlationId] = [textOf(body, 'code'), textOf(body, 'message'), textOf(body, 'correlationId')];
  if (code === undefined || message === undefined || correlationId === undefined) return undefined;
  return { ok: false, code, message, correlationId, retryable: fieldOf(body, 'retryable') === true };
}

/** Reads what a command function, or AWS in its place, said over HTTP. @throws COMMAND_DENIED, and with the code that the service answers what is wrong with the call */
export function readReply({ status, retryAfter, text }: CommandReply, service: string, command: string): ReadReply {
  const body = jsonOrText(text);
  const correlationId = textOf(body, 'correlationId');
  if (status === 200 && correlationId !== undefined)
    return { status: 'answered', result: { ok: true, answer: fieldOf(body, 'answer'), correlationId } };
  const refusal = refusalOf(body);
  if (later.has(status)) {
    const retryAfterSeconds = Math.max(0, Number(retryAfter) || 0);
    return { status: 'again', retryAfterSeconds, ...(refusal ? { result: refusal } : {}) };
  }
  if (refusal) return { status: 'answered', result: refusal };
  const details = { service, command, status };
  const code = textOf(body, 'code');
  if (code !== undefined) throw new ChoreographyError(code, textOf(body, 'message') ?? `${service} refused ${command}.`, { details });
  if (status === 401 || status === 403) {
    const message = `${service} may not be sent ${command} with these credentials: use \`grantSendCommand\` of its construct.`;
    throw new ChoreographyError('COMMAND_DENIED', message, { details });
  }
  const message = `${service} answered ${command} with the status ${status} and no outcome: is the URL that of its command function?`;
  throw new ChoreographyError('COMMAND_URL_MISSING', message, { details });
}
