import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import shop from '../../../functions/choreography.ts';
import { order } from '../../../functions/order/service.ts';
import { readSchemas } from '../../../lib/schema/read.ts';
import { type AsyncApiDocument, type AsyncApiInput, asyncApiDocument } from '../../../lib/topology/asyncapi/document.ts';
import { manifestOf } from '../../../lib/topology/manifest.ts';
import { context, createBench } from '../../lambda/bench.ts';
import { manifest } from '../manifests.ts';
import { parsed } from './diagnostics.ts';
import { everyFeature } from './every-feature.ts';

async function documentOfShop(changes: Partial<AsyncApiInput> = {}): Promise<AsyncApiDocument> {
  return asyncApiDocument({
    name: 'shop',
    manifests: shop.services.map(manifestOf),
    schemas: await readSchemas('schemas'),
    version: '1.0.0',
    ...changes,
  });
}

const documentOfEveryFeature = async (changes?: Partial<AsyncApiInput>) => asyncApiDocument(await everyFeature(changes));

/** The keys of a `$ref` list. */
const keys = (references: readonly { readonly $ref: string }[] = []) => references.map(({ $ref }) => $ref.split('/').at(-1));

describe('the parser of AsyncAPI', () => {
  test.each([
    ['the sample', () => documentOfShop()],
    ['one of its services', () => documentOfShop({ service: 'order' })],
    ['every feature', () => documentOfEveryFeature()],
    [
      'a service of commands without events',
      () => documentOfEveryFeature({ manifests: [manifest('till', { close: { command: 'CloseOrder' } })] }),
    ],
  ])(
    'finds no error and nothing to warn of in the document of %s',
    async (_, document) => {
      const { says, read } = await parsed(await document());
      expect(says).toEqual([]);
      expect(read?.operations().isEmpty()).toBe(false);
    },
    60_000,
  );

  test('refuses a document in which an operation names a message that its channel does not have', async () => {
    const { channels, ...rest } = await documentOfShop({ service: 'notification' });
    const { OrderCompletedV1: _, ...messages } = channels['bus']?.messages ?? {};
    const broken = { ...rest, channels: { ...channels, bus: { ...channels['bus'], messages } } } as AsyncApiDocument;
    expect((await parsed(broken)).says).toEqual([
      "error invalid-ref at operations/notification.notifyCustomer.on/messages/0/$ref: '#/channels/bus/messages/OrderCompletedV1' does not exist",
    ]);
  }, 60_000);
});

describe('what goes over the wire', () => {
  /** What of a value is not as the payload of this message says. */
  async function issues(key: string, value: unknown): Promise<readonly string[]> {
    const ajv = new Ajv({ strict: false, validateFormats: false }).addSchema(await documentOfShop({ service: 'order' }), 'document');
    const validate = ajv.compile({ $ref: `document#/components/messages/${key}/payload` });
    return validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }
  const request = (items: readonly object[]) => ({
    rawPath: '/PlaceOrder',
    headers: { 'idempotency-key': 'k-1' },
    requestContext: { http: { method: 'POST' } },
    body: JSON.stringify({ customerId: 'c-1', items, totalCents: 900, currency: 'EUR' }),
  });
  const send = async (bench: ReturnType<typeof createBench>, items: readonly object[]) =>
    JSON.parse(((await bench.handlers.command(request(items), context())) as { readonly body: string }).body) as object;

  test('an event is what its payload says: the envelope, with the data of this version', async () => {
    const bench = createBench(order);
    await send(bench, [{ sku: 'tea', quantity: 2 }]);
    const [placed] = bench.published;
    const wrong = (changes: object) => issues('OrderPlacedV2', { ...placed, ...changes });
    expect(await wrong({})).toEqual([]);
    expect(await wrong({ data: { orderId: 'o-1' } })).toEqual(["/data must have required property 'customerId'"]);
    expect(await wrong({ dataschema: 'urn:aws-choreography:OrderPlaced:1' })).toEqual(['/dataschema must be equal to constant']);
    expect(await wrong({ correlationid: undefined })).toEqual([" must have required property 'correlationid'"]);
  });

  test('the answer to a command and its refusal are what their payloads say', async () => {
    const answer = await send(createBench(order), [{ sku: 'tea', quantity: 2 }]);
    const refusal = await send(createBench(order), []);
    expect(await issues('PlaceOrderV1Answer', answer)).toEqual([]);
    expect(await issues('PlaceOrderV1Refusal', refusal)).toEqual([]);
    expect(await issues('PlaceOrderV1Answer', refusal)).toEqual([" must have required property 'answer'"]);
    expect(await issues('PlaceOrderV1Refusal', answer)).toEqual([" must have required property 'code'"]);
  });
});

describe('a document', () => {
  test('has an operation for each list of a reaction, called after it', async () => {
    const { operations } = await documentOfEveryFeature();
    const told = Object.entries(operations).map(([id, { action, channel, messages }]) => [
      id,
      action,
      ...keys([channel]),
      keys(messages).join(' '),
    ]);
    expect(told).toEqual([
      ['order.placeOrder.on.PlaceOrder', 'receive', 'commands-order', 'PlaceOrderV1'],
      ['order.placeOrder.on', 'receive', 'stream', 'OrderImportedV1 OrderImportedV2'],
      ['order.placeOrder.emits', 'send', 'stream', 'OrderPlacedV2'],
      ['order.placeOrder.fails', 'send', 'stream', 'OrderRefusedV1'],
      ['order.placeOrder.schedules', 'send', 'stream', 'OrderDeadlinePassedV1'],
      ['order.placeOrder.compensation.on', 'receive', 'stream', 'PaymentFailedV1'],
      ['order.placeOrder.compensation.emits', 'send', 'stream', 'OrderCancelledV1'],
      ['order.closeOrder.on.CloseOrder', 'receive', 'commands-order', 'CloseOrderV1'],
      ['payment.chargePayment.on', 'receive', 'stream', 'OrderPlacedV2'],
      ['payment.chargePayment.fails', 'send', 'stream', 'PaymentFailedV1'],
      ['payment.inbound.ChargeSettled', 'receive', 'inbound-payment-ChargeSettled', 'ChargeSettledV1Inbound'],
      ['payment.inbound.ChargeSettled-2', 'receive', 'inbound-payment-ChargeSettled-2', 'ChargeSettledV1Inbound'],
      ['payment.inbound.ChargeSettled-3', 'receive', 'inbound-payment-ChargeSettled-3', 'ChargeSettledV1Inbound'],
      ['search.projectOrders.on', 'receive', 'bus', 'OrderPlacedV2 ChargeSettledV1'],
    ]);
  });

  test('says of a command how it is sent and what comes back', async () => {
    const { operations, channels, servers, components } = await documentOfEveryFeature();
    const { reply, bindings } = operations['order.placeOrder.on.PlaceOrder'] ?? {};
    expect(bindings).toEqual({ http: { method: 'POST', bindingVersion: '0.3.0' } });
    const outcomes = ['PlaceOrderV1Answer', 'PlaceOrderV1Refusal'];
    expect(keys(reply?.messages)).toEqual(outcomes);
    expect(outcomes.map((name) => components.messages[name]?.bindings)).toMatchObject(
      [200, 422].map((statusCode) => ({ http: { statusCode } })),
    );
    expect(channels['commands-order']).toMatchObject({
      address: '/{command}',
      parameters: { command: { enum: ['CloseOrder', 'PlaceOrder'] } },
    });
    expect(servers['commands-order']).toMatchObject({ host: '{host}', protocol: 'https' });
  });

  test('says of a reaction how it runs, and of a compensation until when', async () => {
    const { operations } = await documentOfEveryFeature();
    const who = { service: 'order', name: 'placeOrder' };
    const how = { delivery: 'at-least-once', retryAttempts: 5, reprocessable: false, onGiveUp: true, clients: ['gateway'] };
    expect(operations['order.placeOrder.on']).toMatchObject({
      title: 'placeOrder in order runs on OrderImported',
      tags: [{ name: 'order' }],
      'x-reaction': { ...who, as: 'on', ...how },
    });
    expect(operations['order.placeOrder.compensation.on']).toMatchObject({
      title: 'placeOrder in order is undone on PaymentFailed',
      tags: [{ name: 'order' }, { name: 'kind:compensation' }],
      'x-reaction': { ...who, as: 'compensation.on', undoWindowHours: 48 },
    });
    expect(operations['order.placeOrder.schedules']?.tags).toEqual([{ name: 'order' }, { name: 'kind:deadline' }]);
  });

  test('keeps a schema as its author wrote it, with its definitions and what is sensitive, but for what names the file', async () => {
    const { components } = await documentOfEveryFeature();
    const at = (key: string, name: string) => ({ $ref: `#/components/schemas/${key}/definitions/${name}` });
    expect(components.schemas['OrderPlacedV2Data']).toEqual({
      'x-subject': 'id',
      type: 'object',
      additionalProperties: false,
      required: ['id'],
      properties: { id: { type: 'string', maxLength: 64 }, names: at('OrderPlacedV2Data', 'names') },
      description: 'An order was placed.',
      definitions: {
        name: { type: 'string', maxLength: 64, 'x-sensitive': true },
        names: { type: 'array', maxItems: 9, items: at('OrderPlacedV2Data', 'name') },
      },
    });
    expect(components.schemas['PlaceOrderV1Data']).not.toHaveProperty('x-answer');
    expect(components.schemas['PlaceOrderV1AnswerData']).toMatchObject({ properties: { name: at('PlaceOrderV1AnswerData', 'name') } });
  });

  test('says where a schema is not known, and what systems without a manifest have to do with a message', async () => {
    const { components } = await documentOfEveryFeature();
    const { OrderCancelledV1: cancelled, OrderImportedV2: imported, OrderPlacedV2: placed } = components.messages;
    expect(cancelled).toMatchObject({ summary: 'Its schema is not among those of this choreography.', 'x-outside': { consumes: true } });
    expect(components.schemas['OrderCancelledV1']).toMatchObject({ allOf: [{}, { properties: { type: { const: 'OrderCancelled' } } }] });
    expect(components.schemas).not.toHaveProperty('OrderCancelledV1Data');
    expect(imported?.['x-outside']).toEqual({ emits: { after: ['OrderPlaced'] }, consumes: true });
    expect(placed).not.toHaveProperty('x-outside');
  });

  test('says where foreign messages come from, and not what they look like', async () => {
    const { channels, components } = await documentOfEveryFeature();
    const inbounds = Object.values(channels).filter((channel) => channel['x-from']);
    expect(inbounds.map((channel) => [channel['x-from'], ...keys(channel.servers)])).toEqual([
      [{ queue: 'charges' }, 'sqs'],
      [{ bus: { source: 'com.example.bank', detailType: 'settled' } }, 'eventbridge'],
      [{ stream: 'bookings' }, 'kinesis'],
    ]);
    expect(components.messages['ChargeSettledV1Inbound']).not.toHaveProperty('payload');
  });

  test('of one service has nothing that is of others alone', async () => {
    const { info, servers, channels, components } = await documentOfEveryFeature({ service: 'search' });
    expect(info).toMatchObject({
      title: 'search of every-feature',
      version: '2.1.0',
      tags: [{ name: 'search', description: 'A service on the bus.' }],
    });
    expect(Object.keys(servers)).toEqual(['eventbridge']);
    expect(Object.keys(channels)).toEqual(['bus']);
    expect(Object.keys(components.messages)).toEqual(['ChargeSettledV1', 'OrderPlacedV2']);
    expect(Object.keys(components.schemas)).toEqual(['Envelope', 'ChargeSettledV1', 'OrderPlacedV2', 'OrderPlacedV2Data']);
  });

  test('of services that are all on the bus has no stream', async () => {
    const sender = manifest('order', { placeOrder: { command: 'PlaceOrder', emits: ['OrderPlaced@2'] } }, { source: 'bus' });
    const { channels, operations } = await documentOfEveryFeature({ manifests: [sender] });
    expect(Object.keys(channels)).toEqual(['bus', 'commands-order']);
    expect(keys([operations['order.placeOrder.emits']?.channel ?? { $ref: '' }])).toEqual(['bus']);
  });

  test('is the same text for the same definitions; its messages keep their order wherever services stand in the list', async () => {
    const { schemas, manifests } = await everyFeature();
    const document = await documentOfEveryFeature();
    const read = { messages: [...schemas.messages].reverse() };
    expect(JSON.stringify(await documentOfEveryFeature({ schemas: read }))).toBe(JSON.stringify(document));
    const { components } = await documentOfEveryFeature({ manifests: [...manifests].reverse() });
    expect(JSON.stringify(components)).toBe(JSON.stringify(document.components));
  });
});
