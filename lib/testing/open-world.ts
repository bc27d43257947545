import { randomUUID } from 'node:crypto';
import type { EntityType } from '../contract/entity.ts';
import { knownManifests, type OperatorAccess } from '../operations/access.ts';
import { type Saga, sagaOf } from '../operations/sagas/saga.ts';
import { commandOwner } from '../operations/send-command.ts';
import { createEntityReader, type EntityReader } from '../runtime/entity-reader.ts';
import type { CommandOutcome } from '../runtime/service-runtime.ts';
import type { ServiceManifest } from '../topology/manifest.ts';
import { untilEnded } from './saga-end.ts';
import { answerOf, QUERY_ENTITIES_MAX, type SagaWorld } from './saga-world.ts';

/** What `openWorld` takes. */
export interface OpenWorldOptions {
  /** Name of the backbone that the services are deployed on. */
  readonly backbone: string;
  /** Where AWS is, for an emulator. @default - AWS_ENDPOINT_URL, as `choreo localstack env` prints it; else AWS */
  readonly endpointUrl?: string;
}

/** A choreography that is deployed: the same services, journals and queues that customers meet. */
export interface DeployedWorld extends SagaWorld {
  state<State>(service: string, entity: EntityType<State>, id: string): Promise<State | undefined>;
  /** How a saga stands now: what each service did, what was undone, and what is still to come. */
  saga(correlationId: string): Promise<Saga>;
  /** Closes its connections. */
  close(): void;
}

/** What a deployed world talks to. */
export interface DeployedPorts {
  readonly access: OperatorAccess;
  /** Sends commands to that service, by the name of their type. */
  sender(service: string): (type: string, data: unknown, idempotencyKey: string) => Promise<CommandOutcome>;
  close(): void;
}

/** One for each service that is asked. */
function readersOf(access: OperatorAccess): (service: string) => EntityReader {
  const readers = new Map<string, EntityReader>();
  return (service) => {
    const reader = readers.get(service) ?? createEntityReader(() => access.store(service));
    readers.set(service, reader);
    return reader;
  };
}

/** The same on any ports: for tests. */
export function openWorldOn({ access, sender, close }: DeployedPorts): DeployedWorld {
  const readerOf = readersOf(access);
  const saga = async (correlationId: string) => sagaOf(access, correlationId, await knownManifests(access));
  return {
    async send(command, data, { idempotencyKey = randomUUID() } = {}) {
      const service = await commandOwner(access, { command: command.type });
      return answerOf(command, await sender(service)(command.type, data, idempotencyKey));
    },
    saga,
    ended: (correlationId, options) => untilEnded(() => saga(correlationId), access.clock, options),
    state: (service, entity, id) => readerOf(service).get(entity, id),
    query: async (service, entity, index, value) =>
      (await readerOf(service).query(entity, index, value, { limit: QUERY_ENTITIES_MAX })).items,
    close,
  };
}

/**
 * Opens services that are deployed, on an emulator or in an account, with the credentials and the Region of the environment:
 * for tests of what was deployed. Commands go to the URLs of their services, so nothing is sent past them.
 * @throws BACKBONE_NOT_FOUND, BACKBONE_UNREADABLE, PARAMETERS_UNAVAILABLE (retryable), STREAM_UNAVAILABLE (retryable)
 */
export async function openWorld({ backbone, endpointUrl }: OpenWorldOptions): Promise<DeployedWorld> {
  const { openWith, operatorClients } = await import('../aws/operator/operator-clients.ts');
  const { commandPorts, createCommandSender } = await import('../aws/commands/command-client.ts');
  const { openOperatorAccess } = await import('../aws/operator/operator-access.ts');
  return openWith(operatorClients(endpointUrl), async (clients) => {
    const access = await openOperatorAccess<ServiceManifest>({ backbone, who: 'test', clients, metrics: false });
    return openWorldOn({
      access,
      sender: (service) => createCommandSender({ service, backbone }, commandPorts({ service, backbone }, clients)),
      close: clients.destroy,
    });
  });
}
