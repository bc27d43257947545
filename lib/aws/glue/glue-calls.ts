import {
  CreateSchemaCommand,
  type CreateSchemaResponse,
  GetRegistryCommand,
  GetSchemaByDefinitionCommand,
  type GetSchemaByDefinitionResponse,
  GetSchemaCommand,
  type GetSchemaResponse,
  GetSchemaVersionCommand,
  type GetSchemaVersionInput,
  type GetSchemaVersionResponse,
  type GlueClient,
  ListSchemasCommand,
  type ListSchemasResponse,
  PutSchemaVersionMetadataCommand,
  QuerySchemaVersionMetadataCommand,
  type QuerySchemaVersionMetadataResponse,
  RegisterSchemaVersionCommand,
  type RegisterSchemaVersionResponse,
} from '@aws-sdk/client-glue';
import { ChoreographyError } from '../../contract/errors.ts';
import { isCallerFault, sdkErrorName, sdkErrorText } from '../calls/sdk-error.ts';

/** The calls to one registry; `undefined` stands for what is not there. All throw REGISTRY_UNAVAILABLE. */
export interface GlueCalls {
  registryIsThere(): Promise<boolean>;
  schema(name: string): Promise<GetSchemaResponse | undefined>;
  version(name: string, number: number): Promise<GetSchemaVersionResponse | undefined>;
  versionById(id: string): Promise<GetSchemaVersionResponse | undefined>;
  byDefinition(name: string, definition: string): Promise<GetSchemaByDefinitionResponse | undefined>;
  /** `undefined`: the schema is there already. */
  create(name: string, definition: string): Promise<CreateSchemaResponse | undefined>;
  /** `undefined`: there is no such schema. */
  addVersion(name: string, definition: string): Promise<RegisterSchemaVersionResponse | undefined>;
  list(cursor: string | undefined): Promise<ListSchemasResponse>;
  /** The same name and value again is fine; a second value of a name is kept beside the first. */
  putMetadata(id: string, name: string, value: string): Promise<void>;
  metadata(id: string): Promise<QuerySchemaVersionMetadataResponse | undefined>;
}

/** Names and values beside one version (Glue). */
export const METADATA_MAX = 10;
/** Names of one page of types. */
const PAGE_SCHEMAS = 100;
/** Faults of the caller by their status which pass all the same. */
const passing: ReadonlySet<string> = new Set(['ConcurrentModificationException', 'OperationTimeoutException', 'ResourceNotReadyException']);

function unavailable(registry: string, action: string, error: unknown): ChoreographyError {
  return new ChoreographyError('REGISTRY_UNAVAILABLE', `The Glue registry ${registry} did not ${action}: ${sdkErrorText(error)}`, {
    cause: error,
    details: { registry, name: sdkErrorName(error) },
    retryable: !isCallerFault(error) || passing.has(sdkErrorName(error)),
  });
}

/** Calls Glue for one registry. */
export function glueCalls(client: Pick<GlueClient, 'send'>, registry: string): GlueCalls {
  const RegistryId = { RegistryName: registry };
  const schemaId = (SchemaName: string) => ({ SchemaId: { RegistryName: registry, SchemaName } });
  async function orAbsent<Answer>(
    action: string,
    answer: Promise<Answer>,
    absent = 'EntityNotFoundException',
  ): Promise<Answer | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (sdkErrorName(error) === absent) return undefined;
      throw unavailable(registry, action, error);
    }
  }
  const version = (input: GetSchemaVersionInput) => orAbsent('tell a version', client.send(new GetSchemaVersionCommand(input)));
  return {
    registryIsThere: async () => (await orAbsent('tell about itself', client.send(new GetRegistryCommand({ RegistryId })))) !== undefined,
    schema: (name) => orAbsent('tell a schema', client.send(new GetSchemaCommand(schemaId(name)))),
    version: (name, VersionNumber) => version({ ...schemaId(name), SchemaVersionNumber: { VersionNumber } }),
    versionById: (SchemaVersionId) => version({ SchemaVersionId }),
    byDefinition: (name, SchemaDefinition) =>
      orAbsent('find a definition', client.send(new GetSchemaByDefinitionCommand({ ...schemaId(name), SchemaDefinition }))),
    create(SchemaName, SchemaDefinition) {
      const command = new CreateSchemaCommand({ RegistryId, SchemaName, DataFormat: 'JSON', Compatibility: 'NONE', SchemaDefinition });
      return orAbsent('create a schema', client.send(command), 'AlreadyExistsException');
    },
    addVersion: (name, SchemaDefinition) =>
      orAbsent('register a version', client.send(new RegisterSchemaVersionCommand({ ...schemaId(name), SchemaDefinition }))),
    async putMetadata(SchemaVersionId, MetadataKey, MetadataValue) {
      const command = new PutSchemaVersionMetadataCommand({ SchemaVersionId, MetadataKeyValue: { MetadataKey, MetadataValue } });
      await orAbsent('keep metadata', client.send(command), 'AlreadyExistsException');
    },
    metadata: (SchemaVersionId) =>
      orAbsent('tell metadata', client.send(new QuerySchemaVersionMetadataCommand({ SchemaVersionId, MaxResults: METADATA_MAX }))),
    async list(NextToken) {
      try {
        return await client.send(new ListSchemasCommand({ RegistryId, MaxResults: PAGE_SCHEMAS, NextToken }));
      } catch (error) {
        throw unavailable(registry, 'list its schemas', error);
      }
    },
  };
}
