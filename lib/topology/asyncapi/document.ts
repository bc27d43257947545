import type { SchemaObject, SchemaSet } from '../../schema/schema-set.ts';
import type { ServiceManifest } from '../manifest.ts';
import type { OutsideSystems } from '../outside.ts';
import { inOrder, keyOf } from './carried.ts';
import { type AsyncApiChannel, type AsyncApiServer, channelsOf } from './channels.ts';
import { flowsOf } from './flows.ts';
import { type AsyncApiMessage, messageObject } from './message.ts';
import { type AsyncApiOperation, type AsyncApiTag, kindTagsOf, operationOf } from './operations.ts';
import { schemasOfMessages } from './payload.ts';

/** What a document is made from. */
export interface AsyncApiInput {
  /** Of the choreography. */
  readonly name: string;
  /** Of all its services, also for the document of one. */
  readonly manifests: readonly ServiceManifest[];
  readonly schemas: SchemaSet;
  /** The version of the document. */
  readonly version: string;
  readonly outside?: OutsideSystems;
  /** Only what this one sends and receives. @default - all services */
  readonly service?: string;
}

/** A document in AsyncAPI 3.0.0, as plain JSON. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description: string;
    readonly tags: readonly AsyncApiTag[];
  };
  readonly servers: Readonly<Record<string, AsyncApiServer>>;
  readonly channels: Readonly<Record<string, AsyncApiChannel>>;
  readonly operations: Readonly<Record<string, AsyncApiOperation>>;
  readonly components: {
    readonly messages: Readonly<Record<string, AsyncApiMessage>>;
    readonly schemas: Readonly<Record<string, SchemaObject>>;
    readonly correlationIds: { readonly saga: { readonly location: string; readonly description: string } };
  };
}

const description = [
  'Services that work together by events. An operation is called `<service>.<reaction>.<list>`, after the list of the reaction',
  'that names its messages: `emits` is what it succeeds with, `compensation.on` what undoes it.',
].join(' ');

function byKey<T, V>(items: readonly T[], key: (item: T) => string, value: (item: T) => V): Readonly<Record<string, V>> {
  return Object.fromEntries(items.map((item) => [key(item), value(item)]));
}

/**
 * The AsyncAPI document of a choreography, or of one of its services. AsyncAPI describes one application; of a whole
 * choreography each operation is tagged with the service whose it is. The order is that of the definitions, messages by
 * name and version: the same definitions give the same text.
 */
export function asyncApiDocument({ name, manifests, schemas, version, outside = {}, service }: AsyncApiInput): AsyncApiDocument {
  const flows = flowsOf(manifests).filter((flow) => service === undefined || flow.service === service);
  const messages = inOrder(flows.flatMap(({ messages: carried, replies = [] }) => [...carried, ...replies]));
  const services = manifests.filter((manifest) => service === undefined || manifest.service === service);
  return {
    asyncapi: '3.0.0',
    info: {
      title: service === undefined ? name : `${service} of ${name}`,
      version,
      description,
      tags: [...services.map((one) => ({ name: one.service, description: `A service on the ${one.source}.` })), ...kindTagsOf(flows)],
    },
    ...channelsOf(flows),
    operations: byKey(flows, ({ id }) => id, operationOf),
    components: {
      messages: byKey(messages, keyOf, (message) => messageObject(schemas, message, outside)),
      schemas: schemasOfMessages(schemas, messages),
      correlationIds: {
        saga: {
          location: '$message.payload#/correlationid',
          description: 'The saga: the same in every event that one command or first event led to.',
        },
      },
    },
  };
}
