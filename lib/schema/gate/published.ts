import { canonicalText } from '../canonical-text.ts';
import type { RegisteredSchema } from '../registry.ts';
import type { MessageSchemas, SchemaVersion } from '../schema-set.ts';
import type { GateFinding } from './finding.ts';
import { lockName } from './lock.ts';

/** What was published, and where that is known from. */
export interface Published {
  /** In words: `the registry events`, `main`. */
  readonly source: string;
  /** All of it belongs to the directory: a message that is no longer there was removed. @default false */
  readonly isOwn?: boolean;
  readonly schemas: readonly Pick<RegisteredSchema, 'type' | 'version' | 'schema'>[];
}

function finding(file: string, { type, version }: Pick<RegisteredSchema, 'type' | 'version'>, rule: string, message: string, fix: string) {
  return { file, type, version, path: '', rule, message, fix };
}

/**
 * Published versions that are another schema in the files, or are not there. Of messages that the directory does not have
 * at all nothing is said, unless they were its own: they are others'.
 */
export function publishedFindings(
  messages: readonly MessageSchemas[],
  { source, schemas, isOwn = false }: Published,
): readonly GateFinding[] {
  const own = new Map<string, SchemaVersion>(messages.flatMap(({ versions }) => versions.map((one) => [lockName(one), one] as const)));
  const types = new Set(messages.map(({ type }) => type));
  return schemas
    .filter(({ type }) => isOwn || types.has(type))
    .flatMap((published): readonly GateFinding[] => {
      const name = lockName(published);
      const found = own.get(name);
      if (!found) {
        const message = `${name} is in ${source}, but its file is missing here: events of this version can no longer be checked.`;
        return [finding(`${name}.json`, published, 'version-removed', message, 'Restore the file.')];
      }
      const fix = `Restore the file, and put the change into a new version of ${published.type}.`;
      if (canonicalText(found.schema) === canonicalText(published.schema)) return [];
      return [finding(found.file, published, 'version-changed', `${name} has another schema in ${source}.`, fix)];
    });
}

/** What a registry holds of the messages of a directory. @throws REGISTRY_UNAVAILABLE (retryable) */
export async function publishedIn(
  registry: { history(type: string): Promise<readonly RegisteredSchema[]> },
  messages: readonly MessageSchemas[],
): Promise<readonly RegisteredSchema[]> {
  const schemas: RegisteredSchema[] = [];
  // One after the other: Glue takes few calls a second.
  for (const { type } of messages) schemas.push(...(await registry.history(type)));
  return schemas;
}
