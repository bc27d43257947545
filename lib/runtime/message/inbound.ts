import { type Envelope, notInAttributes } from '../../contract/envelope.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import { RULES_QUEUE, type RunnableInbound } from '../../contract/inbound.ts';
import { ID_LENGTH_MAX } from '../../contract/limits.ts';
import type { Delivery } from '../ports/delivery.ts';
import { createEnvelope, isoTime } from './envelopes.ts';
import { shown } from './shown.ts';
import { runTeamCode } from './team-code.ts';

/** Where a foreign message came from, and when. */
export type ForeignOrigin = Omit<Delivery, 'body'>;

/** A way that messages come, by the part that it has. */
interface Way {
  readonly bus?: { readonly source: string; readonly detailType: string };
  readonly queue?: string;
  readonly stream?: string;
}

/** The publisher's name: of the bus event, or of the queue or stream it came through. `undefined`: it is not from there. */
function publisherOf({ from }: RunnableInbound, raw: Readonly<Record<string, unknown>>, { source }: ForeignOrigin): string | undefined {
  const { bus, queue, stream } = from as Way;
  const came = source as Way;
  if (!bus) return came.queue === queue && came.stream === stream ? (queue ?? stream) : undefined;
  const isIt = came.queue === RULES_QUEUE && raw['source'] === bus.source && raw['detail-type'] === bus.detailType;
  return isIt ? bus.source : undefined;
}

function checkId(what: string, id: unknown, type: string): string {
  if (typeof id === 'string' && id !== '' && id.length <= ID_LENGTH_MAX && !notInAttributes.test(id)) return id;
  throw new ChoreographyError(
    'INVALID_FOREIGN',
    `The inbound ${type} gave the ${what} ${shown(id)}: give a text of 1 to ${ID_LENGTH_MAX} characters, none of them a control character.`,
    { details: { type } },
  );
}

function ask<Answer>({ event: { type } }: RunnableInbound, part: string, run: () => Answer): Answer {
  return runTeamCode('INVALID_FOREIGN', `\`${part}\` of the inbound ${type}`, type, run);
}

/** What its inbound says is no time: by the time of arrival, a late copy would be run again. */
function checkTime(said: unknown, type: string): string {
  const at = typeof said === 'string' ? Date.parse(said) : Number.NaN;
  if (!Number.isNaN(at)) return isoTime(at);
  throw new ChoreographyError(
    'INVALID_FOREIGN',
    `The inbound ${type} gave the time ${shown(said)}: give a text that Date reads, e.g. 2026-01-31T12:00:00Z.`,
    { details: { type } },
  );
}

/** The time that the foreign message says, so that a late copy has the same; else when it arrived. */
function timeOf(inbound: RunnableInbound, raw: Readonly<Record<string, unknown>>, { arrivedAt }: ForeignOrigin): string {
  const { time } = inbound;
  const asked = time && ask(inbound, 'time', (): unknown => time(raw));
  if (time) return checkTime(asked, inbound.event.type);
  const said = typeof raw['time'] === 'string' ? Date.parse(raw['time']) : Number.NaN;
  return isoTime(Number.isNaN(said) ? arrivedAt : said);
}

/**
 * A message of a system that does not write our envelope, as the event that it stands for; `undefined`: none of the
 * inbounds is about it. @throws INVALID_FOREIGN, SCHEMA_VIOLATION
 */
export function readForeign(raw: unknown, inbounds: readonly RunnableInbound[], origin: ForeignOrigin): Envelope | undefined {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return undefined;
  const fields = raw as Readonly<Record<string, unknown>>;
  for (const inbound of inbounds) {
    const source = publisherOf(inbound, fields, origin);
    const data = source === undefined ? undefined : ask(inbound, 'data', () => inbound.data(raw));
    if (source === undefined || data === undefined) continue;
    const { type } = inbound.event;
    const id = checkId(
      'id',
      ask(inbound, 'id', () => inbound.id(raw)),
      type,
    );
    const correlationid = checkId(
      'correlation id',
      ask(inbound, 'correlationId', () => inbound.correlationId(raw)),
      type,
    );
    return createEnvelope(inbound.event, data, {
      id,
      source,
      time: timeOf(inbound, fields, origin),
      correlationid,
      causationid: id,
      hops: 0,
    });
  }
  return undefined;
}
