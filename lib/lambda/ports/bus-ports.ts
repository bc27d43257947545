import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { createBusPublisher } from '../../aws/bus/publisher.ts';
import type { AwsClients } from '../../aws/calls/clients.ts';
import type { Publisher } from '../../runtime/ports/publisher.ts';

/** Publishes to a bus, where there is no stream. @throws INVALID_CHANNEL */
export function busPublisher(clients: AwsClients, bus: string): Publisher {
  return createBusPublisher({ client: clients.of(EventBridgeClient), bus });
}
