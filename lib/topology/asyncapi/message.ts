import type { SchemaSet } from '../../schema/schema-set.ts';
import { type OutsideSystems, outsideEvents } from '../outside.ts';
import type { Carried } from './carried.ts';
import { type Reference, versionOf } from './data-schema.ts';
import { payloadRef } from './payload.ts';

/** A Message Object of AsyncAPI. */
export interface AsyncApiMessage {
  readonly name: string;
  readonly title: string;
  readonly summary?: string;
  readonly contentType?: string;
  readonly correlationId?: Reference;
  readonly payload?: Reference;
  readonly bindings?: { readonly http: object };
  /** The version of the schema. */
  readonly 'x-version': number;
  /** Systems without a manifest take part: they emit it, after these messages of ours, or they consume it. */
  readonly 'x-outside'?: { readonly emits?: { readonly after: readonly string[] }; readonly consumes?: true };
}

const HTTP_BINDING = '0.3.0';

/** What is said of a message or an operation as HTTP knows it, with the version of that binding. */
export function http(fields: object): { readonly http: object } {
  return { http: { ...fields, bindingVersion: HTTP_BINDING } };
}

const idempotencyKey = {
  type: 'object',
  required: ['Idempotency-Key'],
  properties: { 'Idempotency-Key': { type: 'string', minLength: 1, description: 'One for all tries of one request, e.g. a UUID.' } },
};

function outsideOf({ type }: Carried, outside: OutsideSystems): Pick<AsyncApiMessage, 'x-outside'> {
  const emitted = outsideEvents(outside).find((event) => event.type === type);
  const consumes = outside.consumes?.includes(type) === true;
  if (!emitted && !consumes) return {};
  return { 'x-outside': { ...(emitted ? { emits: { after: emitted.after } } : {}), ...(consumes ? { consumes } : {}) } };
}

/** What the author of the schema says, or that there is none. */
function summaryOf(set: SchemaSet, message: Carried): Pick<AsyncApiMessage, 'summary'> {
  const version = versionOf(set, message);
  if (version === undefined) return { summary: 'Its schema is not among those of this choreography.' };
  const description = version.schema['description'];
  return typeof description === 'string' ? { summary: description } : {};
}

/** What differs from one form to another. */
function partsOf(set: SchemaSet, message: Carried, outside: OutsideSystems): Omit<AsyncApiMessage, 'payload' | 'x-version'> {
  const { form, type, version } = message;
  const json = { contentType: 'application/json' } as const;
  const called = `${type}, version ${version}`;
  switch (form) {
    case 'event':
      return {
        name: type,
        title: called,
        ...summaryOf(set, message),
        contentType: 'application/cloudevents+json',
        correlationId: { $ref: '#/components/correlationIds/saga' },
        ...outsideOf(message, outside),
      };
    case 'command':
      return { name: type, title: called, ...summaryOf(set, message), ...json, bindings: http({ headers: idempotencyKey }) };
    case 'answer':
      return { name: `${type}Answer`, title: `The answer to ${called}`, ...json, bindings: http({ statusCode: 200 }) };
    case 'refusal':
      return { name: `${type}Refusal`, title: `Why ${called}, was not carried out`, ...json, bindings: http({ statusCode: 422 }) };
    case 'foreign':
      return {
        name: `${type}Inbound`,
        title: `A message of another system that stands for ${type}`,
        summary: 'It is not in our envelope; its own system says what it looks like.',
      };
  }
}

/** A message as a Message Object. */
export function messageObject(set: SchemaSet, message: Carried, outside: OutsideSystems): AsyncApiMessage {
  const payload = payloadRef(set, message);
  return { ...partsOf(set, message, outside), ...(payload ? { payload } : {}), 'x-version': message.version };
}
