import type { Envelope } from '../contract/envelope.ts';
import { ChoreographyError } from '../contract/errors.ts';
import { type EventType, issueText, type PastVersion, type Trigger } from '../contract/message-type.ts';
import { hashOf } from '../runtime/journal/hash.ts';

/** When made-up messages were published: the start of the virtual clock. */
export const TEST_TIME = '2026-01-01T00:00:00.000Z';

/** The saga of made-up messages, so that an action and the failure that undoes it belong together. */
export const TEST_SAGA = 'saga-1';

type DataFor<T extends Trigger | PastVersion> = NoInfer<Exclude<T['~data'], undefined>>;

/**
 * A message with a made-up envelope, checked against its schema; `overrides` for the test that needs a certain id,
 * version, saga or time. The same type and data give the same id. @throws SCHEMA_VIOLATION
 */
export function message<T extends Trigger | PastVersion>(
  type: T,
  data: DataFor<T>,
  overrides: Partial<Envelope> = {},
): Envelope<T['type'], Exclude<T['~data'], undefined>> {
  const [issue] = type.schema.validate(data);
  if (issue) {
    throw new ChoreographyError('SCHEMA_VIOLATION', `The test's ${type.type}: ${issueText(issue)}.`, { details: { type: type.type } });
  }
  const subjectField = (type as Partial<EventType>).subject;
  const subject = subjectField === undefined ? undefined : (data as Record<string, unknown>)[subjectField];
  const id = hashOf('test', type.type, type.version, JSON.stringify(data));
  return {
    specversion: '1.0',
    id,
    source: 'test',
    type: type.type,
    subject: subject === undefined ? '' : String(subject),
    time: TEST_TIME,
    datacontenttype: 'application/json',
    dataschema: type.schema.uri,
    data: data as Exclude<T['~data'], undefined>,
    correlationid: TEST_SAGA,
    causationid: id,
    partitionkey: TEST_SAGA,
    hops: 0,
    ...(overrides as object),
  };
}
