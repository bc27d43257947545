import { type Envelope, notInAttributes } from '../contract/envelope.ts';

const texts = ['id', 'source', 'type', 'subject', 'time', 'dataschema', 'correlationid', 'causationid', 'partitionkey'] as const;

/** Why a value is no envelope, as far as the tools must know; the runtime checks all of it. `undefined`: it is one. */
export function envelopeProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not a JSON object';
  const record = value as Readonly<Record<string, unknown>>;
  if (record['specversion'] !== '1.0') return 'its specversion is not "1.0"';
  const missing = texts.find((name) => typeof record[name] !== 'string' || (record[name] === '' && name !== 'subject'));
  if (missing) return `its ${missing} is missing or not a text`;
  const strange = texts.find((name) => name !== 'subject' && notInAttributes.test(String(record[name])));
  if (strange) return `its ${strange} has a control character or half a character`;
  if (Number.isNaN(Date.parse(String(record['time'])))) return 'its time is not a time';
  return Number.isInteger(record['hops']) ? undefined : 'its hops is not a whole number';
}

/** Tells messages apart: an id is unique to its source. */
export function messageKey({ source, id }: Pick<Envelope, 'source' | 'id'>): string {
  return JSON.stringify([source, id]);
}

/** The envelope in a record of the stream; `undefined`: it holds none. */
export function readMessage(body: string): Envelope | undefined {
  const read = readRecord(body);
  return 'event' in read ? read.event : undefined;
}

/** What a record of the stream holds: an envelope, or why not. */
export function readRecord(body: string): { readonly event: Envelope } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { problem: 'it is not JSON' };
  }
  const problem = envelopeProblem(value);
  return problem === undefined ? { event: value as Envelope } : { problem };
}
