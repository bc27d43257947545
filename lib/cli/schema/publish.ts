import { lockName } from '../../schema/gate/lock.ts';
import { readSchemas } from '../../schema/read.ts';
import type { SchemaMetadata } from '../../schema/registry.ts';
import type { CommandContext } from '../command.ts';
import { usageError } from '../failure.ts';
import { type ChangeOptions, confirm } from '../operations/operation.ts';
import type { Paint } from '../terminal.ts';
import { counted } from '../text-layout.ts';
import { checkAgainst, registered, type SchemaCheckOptions, type SchemaCheckResult, schemaCheckText } from './check.ts';
import type { OpenRegistry } from './open-registry.ts';

/** Options of `choreo schema publish`. */
export interface SchemaPublishOptions extends SchemaCheckOptions, ChangeOptions {
  readonly glue: string;
  /** Register nothing; only say what would be. @default false */
  readonly dryRun?: boolean;
  /** `name=value`: kept beside each version that is registered now. @default - none */
  readonly metadata?: readonly string[];
}

/** What the command found and did. */
export interface SchemaPublishResult {
  readonly registry: string;
  readonly check: SchemaCheckResult;
  /** Nothing was registered, because `choreo schema check` would stop. */
  readonly refused: boolean;
  /** Versions that are, or with `dryRun` would be, registered now. */
  readonly published: readonly { readonly type: string; readonly version: number; readonly id?: string }[];
  /** Versions that were there already. */
  readonly present: number;
}

function metadataOf(pairs: readonly string[]): SchemaMetadata {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^([^=]+)=(.+)$/s.exec(pair) ?? [];
      if (name !== undefined && value !== undefined) return [name, value];
      throw usageError(`${pair} is not metadata.`, 'A name and a value are expected.', 'Give for example --metadata commit=4f2a1c.');
    }),
  );
}

/**
 * `choreo schema publish`: registers all versions that the registry does not have, oldest first, if `check` lets them pass.
 * When it stops half way, running it again goes on. @throws what `schemaCheck` throws, USAGE, SCHEMA_CHANGED,
 * REGISTRATION_FAILED, REGISTRY_UNAVAILABLE
 */
export async function schemaPublish(
  context: CommandContext,
  options: SchemaPublishOptions,
  open: OpenRegistry,
): Promise<SchemaPublishResult> {
  const { glue: name, dryRun = false, directory = 'schemas' } = options;
  const metadata = metadataOf(options.metadata ?? []);
  const schemas = await readSchemas(directory);
  const registry = await open(name);
  const before = await registered(name, registry, schemas);
  const check = await checkAgainst(options, schemas, [before]);
  const head = { registry: name, check, present: before.schemas.length };
  if (!check.gate.ok || check.drift.length > 0) return { ...head, refused: true, published: [] };
  const there = new Set(before.schemas.map(lockName));
  const missing = schemas.messages.flatMap(({ versions }) => versions).filter((version) => !there.has(lockName(version)));
  if (!dryRun && missing.length > 0)
    await confirm(context, options, `publish ${counted(missing.length, 'version')} to ${name}, where they stay for ever`);
  const published: SchemaPublishResult['published'][number][] = [];
  for (const { type, version, schema } of missing) {
    const id = dryRun ? undefined : (await registry.register({ type, version, schema }, metadata)).id;
    published.push({ type, version, ...(id === undefined ? {} : { id }) });
  }
  return { ...head, refused: false, published };
}

/** What was published, for a reader. */
export function schemaPublishText(
  { registry, check, refused, published, present }: SchemaPublishResult,
  dryRun: boolean,
  paint: Paint,
): string {
  if (refused) return `${schemaCheckText(check, paint)}${paint('red', '✗')} nothing was published to ${registry}\n`;
  const mark = dryRun ? ' ' : paint('green', '✓');
  const lines = published.map(
    (one) => `${mark} ${lockName(one)}${dryRun ? ' would be published' : ''}${one.id ? `  ${paint('dim', one.id)}` : ''}`,
  );
  const count = counted(published.length, 'version');
  lines.push(`${dryRun ? `${count} to publish` : `${count} published`} to ${registry}, ${present} there before`);
  if (!dryRun && check.gate.unlocked.length > 0)
    lines.push('next: choreo schema lock   from now on they never change; then commit versions.lock');
  return `${lines.join('\n')}\n`;
}
