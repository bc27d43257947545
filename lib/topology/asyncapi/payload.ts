import type { SchemaObject, SchemaSet } from '../../schema/schema-set.ts';
import { schemaUri } from '../../schema/uri.ts';
import { type Carried, keyOf } from './carried.ts';
import { dataKey, dataSchema, type Reference, schemaRef } from './data-schema.ts';

const text = (description: string) => ({ type: 'string', description });

/** The attributes of `Envelope` in lib/contract, as a schema. */
const envelope: SchemaObject = {
  description: 'A CloudEvents 1.0 document in the structured JSON form.',
  type: 'object',
  required: 'specversion id source type subject time datacontenttype dataschema data correlationid causationid partitionkey hops'.split(
    ' ',
  ),
  properties: {
    specversion: { type: 'string', const: '1.0' },
    id: text('Unique per source. What is sent again has the same one.'),
    source: text('The service that published it.'),
    type: text('The name of the message.'),
    subject: text('Whom it is about.'),
    time: { ...text('When it was committed, or when it was due.'), format: 'date-time' },
    datacontenttype: { type: 'string', const: 'application/json' },
    dataschema: { ...text('Names schema and version of the data.'), format: 'uri' },
    data: {},
    correlationid: text('The saga: the same in every event that one command or first event led to.'),
    causationid: text('The id of the message whose reaction emitted this one.'),
    partitionkey: text('What keeps order on the stream.'),
    hops: { type: 'integer', minimum: 0, description: 'Reactions between the first message and this one.' },
    traceparent: text('W3C trace context.'),
    tracestate: text('W3C trace context.'),
    replayid: text('Only on messages that are replayed or redriven.'),
  },
};

/** What comes back over HTTP with a refusal. */
const refusal: SchemaObject = {
  type: 'object',
  required: ['code', 'message', 'retryable', 'correlationId'],
  properties: {
    code: text('Why: of the service, or an error code of the runtime.'),
    message: text('The same in words.'),
    retryable: { type: 'boolean', description: 'The same request may succeed later.' },
    correlationId: text('The saga.'),
  },
};

/**
 * The whole envelope is the payload, and none of it is a header: Kinesis and EventBridge have no headers, the body is the
 * CloudEvents document. That is the structured mode, for which AsyncAPI asks for an `allOf` of envelope and data
 * (its page on CloudEvents, 2026-11). The attributes that tell one message from another are constants.
 */
function eventPayload(message: Carried, data: Reference | undefined): SchemaObject {
  const type = { type: 'string', const: message.type };
  const dataschema = { type: 'string', const: schemaUri(message.type, message.version) };
  return { allOf: [schemaRef('Envelope'), { type: 'object', properties: { type, dataschema, ...(data ? { data } : {}) } }] };
}

/** What comes back over HTTP with an answer. */
function answerPayload(data: Reference | undefined): SchemaObject {
  return { type: 'object', required: ['answer', 'correlationId'], properties: { answer: data ?? {}, correlationId: text('The saga.') } };
}

/** Points to the payload of a message. @default - nobody says what it looks like */
export function payloadRef(set: SchemaSet, message: Carried): Reference | undefined {
  switch (message.form) {
    case 'foreign':
      return undefined;
    case 'refusal':
      return schemaRef('Refusal');
    case 'command':
      return dataSchema(set, message) && schemaRef(dataKey(message));
    default:
      return schemaRef(keyOf(message));
  }
}

/** The schemas of one message: its payload where that is more than the data, and the data. */
function schemasOfMessage(set: SchemaSet, message: Carried): Readonly<Record<string, SchemaObject>> {
  const data = dataSchema(set, message);
  const ref = data && schemaRef(dataKey(message));
  const own = data ? { [dataKey(message)]: data } : {};
  if (message.form === 'event') return { Envelope: envelope, [keyOf(message)]: eventPayload(message, ref), ...own };
  if (message.form === 'answer') return { [keyOf(message)]: answerPayload(ref), ...own };
  return message.form === 'refusal' ? { Refusal: refusal } : own;
}

/** All schemas that these messages need, by key. */
export function schemasOfMessages(set: SchemaSet, messages: readonly Carried[]): Readonly<Record<string, SchemaObject>> {
  return Object.assign({}, ...messages.map((message) => schemasOfMessage(set, message)));
}
