import { type Envelope, notInAttributes } from '../../contract/envelope.ts';
import { ChoreographyError, isChoreographyError } from '../../contract/errors.ts';
import { HOPS_MAX, ID_LENGTH_MAX, MESSAGE_DEPTH_MAX, MESSAGE_NODES_MAX, OPTIONAL_LENGTH_MAX } from '../../contract/limits.ts';
import { issueText, type SchemaIssue, type Trigger } from '../../contract/message-type.ts';
import type { UpcastDefinition } from '../../contract/upcast.ts';
import { parseSchemaUri } from '../../schema/uri.ts';
import type { Catalog, Subscription } from './catalog.ts';
import { writerSchema } from './catalog.ts';
import { type ForeignOrigin, readForeign } from './inbound.ts';
import { cloneJson, copyJson } from './json.ts';
import { scanText } from './scan.ts';
import { runTeamCode } from './team-code.ts';

/** What a record turned out to be. */
export type Decoded =
  | {
      readonly kind: 'message';
      /** As a reaction sees it: in the current version. */
      readonly message: Envelope;
      /** As it came: this is what journal, parked list and dead letters keep. */
      readonly original: Envelope;
      readonly subscription: Subscription;
    }
  /** Nobody here subscribes to it. */
  | { readonly kind: 'ignored'; readonly type: string }
  /** It can never be run: a dead letter at once, unless `error.retryable`. */
  | { readonly kind: 'malformed'; readonly error: ChoreographyError; readonly message?: Envelope };

const textAttributes = ['id', 'source', 'type', 'subject', 'time', 'dataschema', 'correlationid', 'causationid', 'partitionkey'] as const;
/** Attributes that need not be there. */
const optionalAttributes = ['traceparent', 'tracestate', 'replayid'] as const;
const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

function refuse(code: string, message: string, details: Readonly<Record<string, unknown>> = {}, retryable = false): never {
  throw new ChoreographyError(code, message, { details, retryable });
}

function parse(text: string): unknown {
  scanText(text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ChoreographyError('INVALID_JSON', 'The message is not JSON; look at who writes it.', {
      cause,
    });
  }
}

function checkObject(value: unknown): Record<string, unknown> {
  const copied = copyJson(value, 'The message', { depth: MESSAGE_DEPTH_MAX, nodes: MESSAGE_NODES_MAX });
  if (typeof copied !== 'object' || copied === null || Array.isArray(copied))
    refuse('INVALID_ENVELOPE', 'The message is not a JSON object; a CloudEvents envelope is expected.');
  return copied as Record<string, unknown>;
}

function refuseAttribute(attribute: string, problem: string): never {
  refuse('INVALID_ENVELOPE', `The envelope's ${attribute} ${problem}.`, { attribute });
}

function checkEnvelope(value: Record<string, unknown>): Envelope {
  if (value['specversion'] !== '1.0')
    refuse('INVALID_ENVELOPE', 'The message has no specversion "1.0"; a CloudEvents 1.0 envelope is expected.');
  for (const attribute of textAttributes) {
    const text = value[attribute];
    if (typeof text !== 'string' || (text === '' && attribute !== 'subject')) refuseAttribute(attribute, 'is missing or not a text');
    if (text.length > ID_LENGTH_MAX) refuseAttribute(attribute, `has more than ${ID_LENGTH_MAX} characters`);
    // A subject is a field of the data.
    if (attribute !== 'subject' && notInAttributes.test(text)) refuseAttribute(attribute, 'has a control character or half a character');
  }
  for (const attribute of optionalAttributes) {
    const text = value[attribute];
    if (text !== undefined && (typeof text !== 'string' || text.length > OPTIONAL_LENGTH_MAX))
      refuseAttribute(attribute, `is not a text of at most ${OPTIONAL_LENGTH_MAX} characters`);
  }
  const { hops } = value;
  const time = String(value['time']);
  if (typeof hops !== 'number' || !Number.isInteger(hops) || hops < 0) refuseAttribute('hops', 'is not a whole number from 0');
  if (!rfc3339.test(time) || Number.isNaN(Date.parse(time))) refuseAttribute('time', 'is not an RFC 3339 time');
  return value as unknown as Envelope;
}

/** What went on as it is, as nothing lifts `from`, is not what `to` asks for. */
function refuseUnlifted({ service }: Catalog, type: string, [from, to]: readonly [number, number], issue: SchemaIssue): never {
  refuse(
    'NO_UPCAST',
    `${service} has no upcast from version ${from} of ${type}, and the message does not meet version ${to} as it is (${issueText(issue)}); add defineUpcast(${type}V${from}, …) to the service.`,
    { type, version: from },
  );
}

function runUpcast({ from: { type, version }, up }: UpcastDefinition, data: unknown): unknown {
  const next = runTeamCode('UPCAST_FAILED', `The upcast of ${type} version ${version}`, type, () => up(data));
  if (typeof (next as { readonly then?: unknown } | null)?.then === 'function')
    refuse('UPCAST_FAILED', `The upcast of ${type} version ${version} is asynchronous; it has to return the data at once.`, { type });
  return next;
}

/** Data that no upcast lifts goes on as it is, up to the next upcast or the current version, whose schema decides whether it fits. */
function lift(catalog: Catalog, envelope: Envelope, version: number, { version: current, schema }: Trigger): Envelope {
  if (version === current) return envelope;
  const { type } = envelope;
  let data: unknown = cloneJson(envelope.data); // an upcast may change what it gets; the original stays as it came
  let unlifted: number | undefined;
  for (let from = version; from < current; from += 1) {
    const upcast = catalog.upcasts.get(`${type}:${from}`);
    if (upcast) {
      const [misfit] = unlifted === undefined ? [] : upcast.from.schema.validate(data);
      if (misfit) refuseUnlifted(catalog, type, [unlifted as number, from], misfit);
      unlifted = undefined;
      data = runUpcast(upcast, data);
    } else unlifted ??= from;
  }
  const [issue] = schema.validate(data);
  if (issue && unlifted !== undefined) refuseUnlifted(catalog, type, [unlifted, current], issue);
  if (issue)
    refuse('UPCAST_FAILED', `The upcasts of ${type} from version ${version} give what version ${current} refuses: ${issueText(issue)}.`, {
      type,
    });
  return { ...envelope, data, dataschema: schema.uri };
}

function refuseNewer(catalog: Catalog, { type, version: known }: Trigger, version: number, remedy: string): never {
  refuse(
    'UNKNOWN_VERSION',
    `${type} version ${version} is newer than the version ${known} that ${catalog.service} knows; ${remedy}.`,
    { type, version },
    true,
  );
}

/** A newer message is taken as it is if it is also what this version's readers expect; nothing is left out of it. */
function understood(catalog: Catalog, envelope: Envelope, version: number, current: Trigger): Envelope {
  const [issue] = current.schema.validate(envelope.data);
  if (!issue) return { ...envelope, dataschema: current.schema.uri };
  return refuseNewer(catalog, current, version, `it does not meet that one (${issueText(issue)}): deploy the service with the new schema`);
}

function validate(catalog: Catalog, envelope: Envelope, { message: current }: Subscription): Envelope {
  const named = parseSchemaUri(envelope.dataschema);
  if (named?.type !== envelope.type) {
    refuse(
      'INVALID_ENVELOPE',
      `The envelope's dataschema "${envelope.dataschema.slice(0, 80)}" does not name a version of ${envelope.type}.`,
      { attribute: 'dataschema' },
    );
  }
  const schema = writerSchema(catalog, envelope.type, named.version);
  if (named.version > current.version && !schema) refuseNewer(catalog, current, named.version, 'deploy the service with the new schema');
  const issues = schema?.validate(envelope.data) ?? [];
  const [first] = issues;
  if (first) {
    refuse('SCHEMA_VIOLATION', `${envelope.type} version ${named.version}: ${issueText(first)}.`, { type: envelope.type, issues });
  }
  return named.version > current.version
    ? understood(catalog, envelope, named.version, current)
    : lift(catalog, envelope, named.version, current);
}

function decodeMessage(text: string, catalog: Catalog, origin: ForeignOrigin | undefined): Decoded {
  const value = parse(text);
  if (origin?.foreign) {
    const envelope = readForeign(value, catalog.inbounds, origin);
    return envelope ? decodeEnvelope(envelope, catalog) : { kind: 'ignored', type: 'foreign' };
  }
  // Most of what is on the stream is for others: nothing more is done about it. A command comes by its own way, where AWS says who sends it.
  const type = (value as { readonly type?: unknown } | null)?.type;
  if (typeof type === 'string' && type !== '' && catalog.subscriptions.get(type)?.message.kind !== 'event')
    return { kind: 'ignored', type };
  const envelope = checkEnvelope(checkObject(value));
  if (envelope.replayid === undefined) return decodeEnvelope(envelope, catalog);
  const { replayid: _, ...live } = envelope; // what is replayed comes through the replay queue
  return decodeEnvelope(live, catalog);
}

/** Too many reactions in a row: events that set each other off. @throws HOP_LIMIT */
export function checkHops({ type, hops }: Envelope): void {
  if (hops <= HOPS_MAX) return;
  const text = `${type} comes after ${hops} reactions in a row, more than ${HOPS_MAX}; look for events that set each other off.`;
  refuse('HOP_LIMIT', text, { attribute: 'hops', hops });
}

/** Reads an envelope that was taken from the journal: validated and lifted again, as versions may have moved on. Never throws. */
export function decodeEnvelope(envelope: Envelope, catalog: Catalog): Decoded {
  const { type } = envelope;
  const subscription = catalog.subscriptions.get(type);
  if (!subscription) return { kind: 'ignored', type };
  try {
    checkHops(envelope);
    const message = validate(catalog, envelope, subscription);
    return { kind: 'message', message, original: envelope, subscription };
  } catch (error) {
    return { kind: 'malformed', error: asMalformed(error), message: envelope };
  }
}

/**
 * Caps and envelope of what an operator may have written.
 * @throws INVALID_ENVELOPE, NOT_JSON, FORBIDDEN_KEY, TOO_DEEP, TOO_MANY_NODES, MESSAGE_TOO_LARGE */
export function readSent(envelope: Envelope): Envelope {
  const copied = checkObject(envelope);
  scanText(JSON.stringify(copied));
  return checkEnvelope(copied);
}

/**
 * Reads an envelope that came through a queue: an operator may have corrected it, or another program sent it, so the caps
 * and the envelope are checked as for a record. Never throws.
 */
export function decodeSent(envelope: Envelope, catalog: Catalog): Decoded {
  try {
    return decodeEnvelope(readSent(envelope), catalog);
  } catch (error) {
    return { kind: 'malformed', error: asMalformed(error), message: envelope };
  }
}

function asMalformed(error: unknown): ChoreographyError {
  if (isChoreographyError(error)) return error;
  return new ChoreographyError('TOO_DEEP', 'The message overflows the stack when it is read.', { cause: error });
}

/**
 * Reads one record: caps first, then JSON, envelope, the writer's schema, then lifted to the reader's version. What came by the
 * way of an inbound goes to the service's inbounds, whatever it looks like. Never throws.
 */
export function decode(text: string, catalog: Catalog, origin?: ForeignOrigin): Decoded {
  try {
    return decodeMessage(text, catalog, origin);
  } catch (error) {
    return { kind: 'malformed', error: asMalformed(error) };
  }
}
