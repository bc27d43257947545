import { type FakeCall, fakeClient, sdkError } from '../fake-client.ts';

/** One version as Glue keeps it. */
interface Version {
  readonly id: string;
  readonly definition: string;
  status: string;
}

/** A Glue registry that behaves as AWS describes it, with what an emulator does not do: pending, failed and deleted versions. */
export function createFakeGlue() {
  /** By schema name; the index is Glue's number less one. */
  const schemas = new Map<string, (Version | undefined)[]>();
  /** By version id. */
  const metadata = new Map<string, Map<string, string>>();
  let ids = 0;
  /** Statuses that a new version goes through: one a look. */
  let statuses: readonly string[] = ['AVAILABLE'];
  const coming = new Map<string, string[]>();

  const absent = () => sdkError('EntityNotFoundException', 400);
  function add(name: string, definition: string): Version {
    ids += 1;
    const [status = 'AVAILABLE', ...rest] = statuses;
    const version = { id: `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`, definition, status };
    coming.set(version.id, rest);
    schemas.set(name, [...(schemas.get(name) ?? []), version]);
    return version;
  }
  function versionsOf({ SchemaName }: { SchemaName: string }): (Version | undefined)[] {
    const found = schemas.get(SchemaName);
    if (found === undefined) throw absent();
    return found;
  }
  function described(name: string, version: Version, number: number) {
    const status = coming.get(version.id)?.shift();
    if (status !== undefined) version.status = status;
    return {
      SchemaVersionId: version.id,
      SchemaDefinition: version.definition,
      SchemaArn: `arn:aws:glue:eu-west-1:123456789012:schema/events/${name}`,
      VersionNumber: number,
      Status: version.status,
    };
  }
  function getVersion(input: FakeCall['input']) {
    for (const [name, versions] of schemas) {
      for (const [index, version] of versions.entries()) {
        const isWanted =
          input.SchemaVersionId === undefined
            ? input.SchemaId.SchemaName === name && input.SchemaVersionNumber.VersionNumber === index + 1
            : input.SchemaVersionId === version?.id;
        if (version !== undefined && isWanted) return described(name, version, index + 1);
      }
    }
    throw absent();
  }
  const answers: Readonly<Record<string, (input: FakeCall['input']) => unknown>> = {
    GetRegistryCommand: ({ RegistryId }) => {
      if (RegistryId.RegistryName !== 'events') throw absent();
      return {};
    },
    GetSchemaCommand: ({ SchemaId }) => ({
      LatestSchemaVersion: versionsOf(SchemaId).length,
      NextSchemaVersion: versionsOf(SchemaId).length + 1,
    }),
    GetSchemaVersionCommand: getVersion,
    GetSchemaByDefinitionCommand: ({ SchemaId, SchemaDefinition }) => {
      const found = versionsOf(SchemaId).find((version) => version?.definition === SchemaDefinition);
      if (found === undefined) throw absent();
      return { SchemaVersionId: found.id, Status: found.status };
    },
    RegisterSchemaVersionCommand: ({ SchemaId, SchemaDefinition }) => {
      const known = versionsOf(SchemaId).find((version) => version?.definition === SchemaDefinition);
      const { id, status } = known ?? add(SchemaId.SchemaName, SchemaDefinition);
      return { SchemaVersionId: id, Status: status };
    },
    CreateSchemaCommand: ({ SchemaName, SchemaDefinition }) => {
      if (schemas.has(SchemaName)) throw sdkError('AlreadyExistsException', 400);
      const { id, status } = add(SchemaName, SchemaDefinition);
      return { SchemaVersionId: id, SchemaVersionStatus: status };
    },
    PutSchemaVersionMetadataCommand: ({ SchemaVersionId, MetadataKeyValue: { MetadataKey, MetadataValue } }) => {
      const kept = metadata.get(SchemaVersionId) ?? new Map<string, string>();
      if (kept.has(MetadataKey)) throw sdkError('AlreadyExistsException', 400);
      metadata.set(SchemaVersionId, kept.set(MetadataKey, MetadataValue));
      return { SchemaVersionId, MetadataKey, MetadataValue };
    },
    QuerySchemaVersionMetadataCommand: ({ SchemaVersionId }) => {
      if (![...schemas.values()].flat().some((version) => version?.id === SchemaVersionId)) throw absent();
      const kept = [...(metadata.get(SchemaVersionId) ?? [])];
      return { SchemaVersionId, MetadataInfoMap: Object.fromEntries(kept.map(([key, MetadataValue]) => [key, { MetadataValue }])) };
    },
    ListSchemasCommand: ({ NextToken }) => {
      const names = [...schemas.keys()];
      const at = Number(NextToken ?? 0);
      return {
        Schemas: names.slice(at, at + 1).map((SchemaName) => ({ SchemaName, SchemaStatus: 'AVAILABLE' })),
        ...(at + 1 < names.length ? { NextToken: String(at + 1) } : {}),
      };
    },
  };
  let interfere: ((call: FakeCall) => void) | undefined;
  const client = fakeClient((call) => {
    interfere?.(call);
    return answers[call.command]?.(call.input);
  });
  return {
    client,
    add,
    schemas,
    goThrough: (...next: readonly string[]) => {
      statuses = next;
    },
    onCall: (listener: ((call: FakeCall) => void) | undefined) => {
      interfere = listener;
    },
    names: () => client.calls.map(({ command }) => command.replace('Command', '')),
  };
}
