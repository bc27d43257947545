import type { GetSchemaVersionResponse } from '@aws-sdk/client-glue';
import { ChoreographyError } from '../../contract/errors.ts';
import { readGlueDefinition } from '../../schema/glue-definition.ts';
import type { RegisteredSchema } from '../../schema/registry.ts';
import { isRecord, jsonOrText } from '../json-value.ts';
import type { GlueCalls } from './glue-calls.ts';

/** Glue versions of one schema that are read; a message has far fewer. */
const VERSIONS_MAX = 500;
/** Versions that are asked for at a time: Glue takes few calls a second. */
const CALLS_AT_A_TIME = 5;

/** A version that can be used, and whether its text names our version. */
interface ReadVersion {
  readonly registered: RegisteredSchema;
  readonly annotated: boolean;
}

/** Reads one answer; a definition of somebody else counts as the version that Glue gave it. */
function readVersion(answer: GetSchemaVersionResponse | undefined): ReadVersion | undefined {
  const { SchemaDefinition: text, SchemaVersionId: id, SchemaArn, VersionNumber: number, Status } = answer ?? {};
  const type = SchemaArn?.split('/').at(-1);
  if (text === undefined || id === undefined || type === undefined || number === undefined || Status !== 'AVAILABLE') return undefined;
  const named = readGlueDefinition(text);
  if (named !== undefined) return named.type === type ? { registered: { ...named, id }, annotated: true } : undefined;
  const schema = jsonOrText(text);
  return isRecord(schema) ? { registered: { type, version: number, schema, id }, annotated: false } : undefined;
}

/** The schema of one answer of Glue; `undefined` for a version that is pending, failed, being deleted, or no JSON Schema. */
export function registeredSchemaOf(answer: GetSchemaVersionResponse | undefined): RegisteredSchema | undefined {
  return readVersion(answer)?.registered;
}

/**
 * All versions of a message, oldest first. Of two texts that name the same version the one that Glue numbered first
 * counts, so that all readers agree. @throws REGISTRY_UNAVAILABLE
 */
export async function readVersions(calls: GlueCalls, registry: string, type: string): Promise<readonly RegisteredSchema[]> {
  const schema = await calls.schema(type);
  if (schema === undefined) {
    if (await calls.registryIsThere()) return [];
    const message = `There is no Glue registry ${registry}: check its name, the Region and the account.`;
    throw new ChoreographyError('REGISTRY_UNAVAILABLE', message, { details: { registry } });
  }
  const last = Math.max(schema.LatestSchemaVersion ?? 0, (schema.NextSchemaVersion ?? 1) - 1);
  if (last > VERSIONS_MAX) {
    const message = `${type} has ${last} versions in the Glue registry ${registry}; at most ${VERSIONS_MAX} are read.`;
    throw new ChoreographyError('REGISTRY_UNAVAILABLE', message, { details: { registry, type, versions: last } });
  }
  const found: ReadVersion[] = [];
  for (let first = 1; first <= last; first += CALLS_AT_A_TIME) {
    const numbers = Array.from({ length: Math.min(CALLS_AT_A_TIME, last - first + 1) }, (_, index) => first + index);
    const answers = await Promise.all(numbers.map((number) => calls.version(type, number)));
    found.push(...answers.map(readVersion).filter((version) => version !== undefined));
  }
  const byVersion = new Map<number, RegisteredSchema>();
  for (const wanted of [true, false]) {
    for (const { registered, annotated } of found) {
      if (annotated === wanted && !byVersion.has(registered.version)) byVersion.set(registered.version, registered);
    }
  }
  return [...byVersion.values()].sort((left, right) => left.version - right.version);
}
