import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';
import { journalClient } from '../../../lib/aws/dynamo/client.ts';
import { createDynamoControl } from '../../../lib/aws/dynamo/control.ts';
import { createDynamoStore } from '../../../lib/aws/dynamo/store.ts';
import { createParameters } from '../../../lib/aws/parameters.ts';
import { systemClock } from '../../../lib/aws/system-clock.ts';
import { type BackboneAddress, parameterNames, type ServiceAddress } from '../../../lib/contract/deployment.ts';
import type { CommandOutcome } from '../../../lib/runtime/service-runtime.ts';
import { emulatorClients } from '../emulator-clients.ts';
import type { ShopSystem } from './system.ts';

/** How long a wait is at most, and between two looks, in milliseconds. */
const WAIT_MILLISECONDS_MAX = 180_000;
const LOOK_MILLISECONDS = 250;
/** Tries of a call: some are throttled on purpose. */
const ATTEMPTS_MAX = 10;
/** Functions look whether they are paused every ten seconds. */
const PAUSE_KNOWN_MILLISECONDS = 11_000;

async function addresses(
  name: string,
): Promise<{ readonly backbone: BackboneAddress; readonly services: ReadonlyMap<string, ServiceAddress> }> {
  const parameters = createParameters(emulatorClients().of(SSMClient));
  const found = await parameters.list(parameterNames.services(name));
  const services = [...found].map(([path, value]) => [path.split('/').at(-1) ?? '', JSON.parse(value) as ServiceAddress] as const);
  return {
    backbone: JSON.parse((await parameters.get(parameterNames.backbone(name))) ?? '{}') as BackboneAddress,
    services: new Map(services),
  };
}

/** The shop that is deployed in the account that the environment names. */
export async function findDeployedShop(name: string): Promise<ShopSystem> {
  const clients = emulatorClients(ATTEMPTS_MAX);
  const { backbone, services } = await addresses(name);
  const address = (service: string): ServiceAddress => {
    const found = services.get(service);
    if (!found) throw new Error(`${service} is not deployed; there are ${[...services.keys()].join(', ')}`);
    return found;
  };
  const journal = journalClient(clients.of(DynamoDBClient));
  const control = createDynamoControl({ client: journal, table: backbone.controlTable });
  return {
    async place({ customerId, sku, quantity, totalCents }, idempotencyKey) {
      const data = { customerId, items: quantity === 0 ? [] : [{ sku, quantity }], totalCents, currency: 'EUR' };
      const Payload = JSON.stringify({ command: 'PlaceOrder', data, idempotencyKey, caller: 'e2e' });
      const answer = await clients.of(LambdaClient).send(new InvokeCommand({ FunctionName: address('order').command, Payload }));
      const text = Buffer.from(answer.Payload ?? []).toString('utf8');
      if (answer.FunctionError) throw new Error(`the command function failed: ${text}`);
      const outcome = JSON.parse(text) as CommandOutcome;
      if (!outcome.ok) return { ok: false, code: outcome.code };
      return { ok: true, orderId: (outcome.answer as { readonly orderId: string }).orderId, correlationId: outcome.correlationId };
    },
    store: (service) => createDynamoStore({ client: journal, table: address(service).table, clock: systemClock }),
    async putRecord(text, PartitionKey) {
      const command = new PutRecordCommand({ StreamName: backbone.stream, PartitionKey, Data: Buffer.from(text) });
      await clients.of(KinesisClient).send(command);
    },
    async putEvent({ source, detailType, detail }) {
      const entry = { Source: source, DetailType: detailType, Detail: JSON.stringify(detail) }; // the account's own bus
      const { FailedEntryCount } = await clients.of(EventBridgeClient).send(new PutEventsCommand({ Entries: [entry] }));
      if (FailedEntryCount) throw new Error('the bus refused the event');
    },
    async pause(service) {
      await control.setConsumer(service, { paused: true, reason: 'a scenario', since: systemClock.now() });
      await systemClock.sleep(PAUSE_KNOWN_MILLISECONDS);
    },
    resume: (service) => control.setConsumer(service, { paused: false }),
    now: () => systemClock.now(),
    async until(what, look) {
      const from = systemClock.now();
      for (;;) {
        const found = await look();
        if (found !== undefined) return found;
        if (systemClock.now() - from > WAIT_MILLISECONDS_MAX) throw new Error(`not seen within ${WAIT_MILLISECONDS_MAX / 1000} s: ${what}`);
        await systemClock.sleep(LOOK_MILLISECONDS);
      }
    },
  };
}
