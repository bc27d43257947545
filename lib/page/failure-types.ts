import type { ServiceManifest } from '../topology/manifest.ts';

/** Types on which some reaction is undone. */
export function failureTypes(manifests: readonly ServiceManifest[]): ReadonlySet<string> {
  const triggers = manifests.flatMap(({ reactions }) => reactions.flatMap(({ compensation }) => compensation?.on ?? []));
  return new Set(triggers.map(({ type }) => type));
}
