import type { AsyncApiInput } from '../../../lib/topology/asyncapi/document.ts';
import type { ReactionManifest, ServiceManifest } from '../../../lib/topology/manifest.ts';
import { command, event, schemasOf } from '../../schema/schema-directory.ts';
import { manifest } from '../manifests.ts';

/** Definitions that properties and other definitions refer to, one of them sensitive. */
const definitions = {
  name: { type: 'string', maxLength: 64, 'x-sensitive': true },
  names: { type: 'array', maxItems: 9, items: { $ref: '#/definitions/name' } },
};
const answer = { type: 'object', additionalProperties: false, properties: { name: { $ref: '#/definitions/name' } } };

const files = {
  'OrderImported/1.json': event(),
  'OrderImported/2.json': event({ note: { type: 'string', maxLength: 9 } }),
  'OrderPlaced/1.json': event(),
  'OrderPlaced/2.json': event(
    { names: { $ref: '#/definitions/names' } },
    { $schema: 'http://json-schema.org/draft-07/schema#', $id: 'urn:team:OrderPlaced', description: 'An order was placed.', definitions },
  ),
  'PlaceOrder/1.json': command({ name: { $ref: '#/definitions/name' } }, { 'x-answer': answer, definitions }),
  'CloseOrder/1.json': command(),
  'OrderDeadlinePassed/1.json': event(),
};

const order: ServiceManifest = manifest(
  'order',
  {
    placeOrder: {
      command: 'PlaceOrder',
      on: ['OrderImported@2'],
      emits: ['OrderPlaced@2'],
      fails: ['OrderRefused'],
      schedules: ['OrderDeadlinePassed'],
      undoneBy: ['PaymentFailed'],
      undoEmits: ['OrderCancelled'],
      tellsGivingUp: true,
      callsOutside: true,
    },
    closeOrder: { command: 'CloseOrder' },
  },
  { lifts: ['OrderImported@1'] },
);

function withWindow(reaction: ReactionManifest): ReactionManifest {
  const { compensation } = reaction;
  return compensation ? { ...reaction, compensation: { ...compensation, undoWindowHours: 48 } } : reaction;
}

const payment: ServiceManifest = {
  ...manifest('payment', { chargePayment: { on: ['OrderPlaced@2'], fails: ['PaymentFailed'] } }),
  inbounds: [{ queue: 'charges' }, { bus: { source: 'com.example.bank', detailType: 'settled' } }, { stream: 'bookings' }].map((from) => ({
    event: { kind: 'event', type: 'ChargeSettled', version: 1 },
    from,
  })),
};

/** Everything that manifests can say, once; some messages have no schema. */
export async function everyFeature(changes: Partial<AsyncApiInput> = {}): Promise<AsyncApiInput> {
  return {
    name: 'every-feature',
    version: '2.1.0',
    manifests: [
      { ...order, reactions: order.reactions.map(withWindow) },
      payment,
      manifest('search', { projectOrders: { on: ['OrderPlaced@2', 'ChargeSettled'], reprocessable: true } }, { source: 'bus' }),
    ],
    schemas: await schemasOf(files),
    outside: { emits: [{ type: 'OrderImported', after: ['OrderPlaced'] }, 'ParcelLost'], consumes: ['OrderCancelled', 'OrderImported'] },
    ...changes,
  };
}
