import type { MessageSchemas } from './schema-set.ts';

/** What the generated `index.ts` imports; a message of that name would hide it. */
export const importedNames: readonly string[] = ['CommandType', 'Envelope', 'EventType', 'PastVersion'];

/** The names that the generated code has for a message, for one version: `OrderPlaced` for the current, `OrderPlacedV1` for a past one. */
export function versionName({ type, versions }: MessageSchemas, version: number): string {
  return version === versions.length ? type : `${type}V${version}`;
}

/** All names that the generated `index.ts` exports for a message. */
export function exportedNames(message: MessageSchemas): readonly string[] {
  const { kind, type, versions } = message;
  if (kind === 'command') return [type, `${type}Data`, `${type}Answer`];
  return versions.flatMap(({ version }) => [versionName(message, version), `${versionName(message, version)}Data`]);
}
