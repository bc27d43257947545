import type { SchemaVersionStatus } from '@aws-sdk/client-glue';
import { ChoreographyError } from '../../contract/errors.ts';
import { canonicalText } from '../../schema/canonical-text.ts';
import { glueDefinition } from '../../schema/glue-definition.ts';
import type { RegisteredSchema, SchemaMetadata } from '../../schema/registry.ts';
import { type GlueCalls, METADATA_MAX } from './glue-calls.ts';
import { readVersions } from './read-versions.ts';

/** Characters of a definition. */
const DEFINITION_CHARACTERS_MAX = 170_000;
/** Looks at a version that Glue is still checking. */
const POLLS_MAX = 20;
/** Milliseconds before the first look; doubles. */
const POLL_MILLISECONDS = 100;
const POLL_MILLISECONDS_MAX = 2_000;

/** Characters of what is kept beside a version: of a name, of a value. */
const METADATA_LENGTHS = { name: 128, value: 256 } as const;
/** The characters that Glue takes there (API reference of PutSchemaVersionMetadata). */
const metadataForm = /^[a-zA-Z0-9+\-=._./@]+$/;

/** What registering works with. */
export interface Registering {
  readonly calls: GlueCalls;
  readonly registry: string;
  sleep(milliseconds: number): Promise<void>;
}

interface GlueVersion {
  readonly id: string;
  readonly status: SchemaVersionStatus | undefined;
}

function failed({ registry }: Registering, { type, version }: RegisteredSchema, reason: string): ChoreographyError {
  const message = `Version ${version} of ${type} was not registered in the Glue registry ${registry}: ${reason}`;
  return new ChoreographyError('REGISTRATION_FAILED', message, { details: { registry, type, version } });
}

/** What is registered under the type and version, if it is this schema. @throws SCHEMA_CHANGED, REGISTRY_UNAVAILABLE (retryable) */
async function sameOf(registering: Registering, { type, version, schema }: RegisteredSchema): Promise<RegisteredSchema | undefined> {
  const { calls, registry } = registering;
  const existing = (await readVersions(calls, registry, type)).find((one) => one.version === version);
  if (existing === undefined || canonicalText(existing.schema) === canonicalText(schema)) return existing;
  const message = `Version ${version} of ${type} is in the Glue registry ${registry} with another schema: give the change a new version.`;
  throw new ChoreographyError('SCHEMA_CHANGED', message, { details: { registry, type, version, id: existing.id } });
}

/** Puts the text into Glue, or finds it there. */
async function put({ calls }: Registering, type: string, text: string): Promise<GlueVersion | undefined> {
  const found = await calls.byDefinition(type, text);
  if (found !== undefined) return { id: found.SchemaVersionId ?? '', status: found.Status };
  // The schema may come into being between two of these calls.
  const added = await calls.addVersion(type, text);
  if (added !== undefined) return { id: added.SchemaVersionId ?? '', status: added.Status };
  const created = await calls.create(type, text);
  if (created !== undefined) return { id: created.SchemaVersionId ?? '', status: created.SchemaVersionStatus };
  const late = await calls.addVersion(type, text);
  return late && { id: late.SchemaVersionId ?? '', status: late.Status };
}

/** Waits until Glue has looked at the version. @throws REGISTRY_UNAVAILABLE (retryable) */
async function settled({ calls, registry, sleep }: Registering, { id, status }: GlueVersion): Promise<SchemaVersionStatus | undefined> {
  let current = status;
  for (let poll = 0; current === 'PENDING'; poll += 1) {
    if (poll === POLLS_MAX) {
      const message = `The Glue registry ${registry} is still checking the version ${id} after ${POLLS_MAX} looks: register the same schema again later.`;
      throw new ChoreographyError('REGISTRY_UNAVAILABLE', message, { details: { registry, id }, retryable: true });
    }
    await sleep(Math.min(POLL_MILLISECONDS_MAX, POLL_MILLISECONDS * 2 ** poll));
    current = (await calls.versionById(id))?.Status;
  }
  return current;
}

/** @throws REGISTRATION_FAILED for what Glue would not take, before anything is registered */
function checkMetadata(registering: Registering, schema: RegisteredSchema, metadata: SchemaMetadata): void {
  const pairs = Object.entries(metadata);
  if (pairs.length > METADATA_MAX)
    throw failed(registering, schema, `${pairs.length} metadata were given, and Glue keeps ${METADATA_MAX} beside a version.`);
  for (const [name, value] of pairs) {
    const wrong = !metadataForm.test(name) || !metadataForm.test(value);
    if (!wrong && name.length <= METADATA_LENGTHS.name && value.length <= METADATA_LENGTHS.value) continue;
    const taken = `letters, digits and + - = . _ / @, at most ${METADATA_LENGTHS.name} of them in a name and ${METADATA_LENGTHS.value} in a value`;
    throw failed(registering, schema, `Glue does not take the metadata ${JSON.stringify(`${name}=${value}`)}; it takes ${taken}.`);
  }
}

/**
 * Registers a schema and waits until Glue has accepted it. Two deploys that register different schemas under one version
 * at the same time: the one that Glue numbered first stays, the other gets SCHEMA_CHANGED.
 * @throws SCHEMA_CHANGED, REGISTRATION_FAILED, REGISTRY_UNAVAILABLE (retryable)
 */
export async function registerInGlue(
  registering: Registering,
  schema: RegisteredSchema,
  metadata: SchemaMetadata = {},
): Promise<RegisteredSchema> {
  const text = glueDefinition(schema);
  if (text.length > DEFINITION_CHARACTERS_MAX) {
    throw failed(registering, schema, `it has ${text.length} characters, and Glue takes ${DEFINITION_CHARACTERS_MAX}; split the message.`);
  }
  checkMetadata(registering, schema, metadata);
  const existing = await sameOf(registering, schema);
  if (existing !== undefined) return existing;
  const version = await put(registering, schema.type, text);
  if (version === undefined) throw failed(registering, schema, 'the schema was deleted meanwhile; register it again.');
  const status = await settled(registering, version);
  if (status !== 'AVAILABLE') {
    const reason = `Glue set its version ${version.id} to ${status ?? 'nothing'}. Delete that version in Glue, correct the schema, and register it again.`;
    throw failed(registering, schema, reason);
  }
  for (const [name, value] of Object.entries(metadata)) await registering.calls.putMetadata(version.id, name, value);
  const registered = await sameOf(registering, schema);
  if (registered === undefined) throw failed(registering, schema, `its version ${version.id} cannot be read back.`);
  return registered;
}
