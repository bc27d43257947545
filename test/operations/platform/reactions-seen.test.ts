import { expect, test } from 'vitest';
import { NAME_LENGTH_MAX } from '../../../lib/contract/limits.ts';
import { createMemoryControlRecords } from '../../../lib/embedded/memory/control-records.ts';
import { seenKey, seeReactions } from '../../../lib/operations/platform/reactions-seen.ts';
import { PLATFORM_COLLECTION } from '../../../lib/operations/platform/replay-list.ts';
import type { ServiceManifest } from '../../../lib/topology/manifest.ts';

/** What one document of the control table takes (`lib/runtime/ports/control-records.ts`). */
const DOCUMENT_BYTES_MAX = 350_000;

/** Services with ten reactions each, all names as long as they may be. */
function manifestsOf(services: number): readonly ServiceManifest[] {
  const name = (text: string) => text.padEnd(NAME_LENGTH_MAX, 'x');
  return Array.from({ length: services }, (_, service) => ({
    service: name(`s${service}-`),
    reactions: Array.from({ length: 10 }, (__, index) => ({ name: name(`r${index}-`), on: [{ type: name('T'), version: 1 }] })),
  })) as unknown as readonly ServiceManifest[];
}

test('the reactions that the platform has seen fit into one document, however many and however long their names', async () => {
  let now = 1_767_225_600_000;
  const clock = { now: () => now, sleep: async () => {} };
  const records = createMemoryControlRecords({ clock });
  await seeReactions({ clock, records }, manifestsOf(600), true);
  const stored = await records.get(PLATFORM_COLLECTION, 'reactions');
  const bytes = Buffer.byteLength(JSON.stringify(stored));
  expect([Object.keys(stored?.value as object).length, bytes < DOCUMENT_BYTES_MAX]).toEqual([4_000, true]);
  now += 60_000;
  const [first] = manifestsOf(1);
  const seen = await seeReactions({ clock, records }, manifestsOf(600), true);
  const at = (service = '', reaction = '') => seen[seenKey(service, reaction, 'T'.padEnd(NAME_LENGTH_MAX, 'x'))];
  expect(at(first?.service, first?.reactions[0]?.name)).toBe(now - 60_000);
  expect(at(manifestsOf(600).at(-1)?.service, first?.reactions[9]?.name)).toBe(now);
});

test('a reaction is forgotten with its service, but not while a manifest cannot be read', async () => {
  let now = 1_767_225_600_000;
  const clock = { now: () => now, sleep: async () => {} };
  const records = createMemoryControlRecords({ clock });
  const [first] = manifestsOf(1);
  const look = async (services: number, complete: boolean) => {
    const seen = await seeReactions({ clock, records }, manifestsOf(services), complete);
    return seen[seenKey(first?.service ?? '', first?.reactions[0]?.name ?? '', 'T'.padEnd(NAME_LENGTH_MAX, 'x'))];
  };
  const began = now;
  expect(await look(1, true)).toBe(began);
  now += 60_000;
  await look(0, false);
  expect(await look(1, true)).toBe(began);
  await look(0, true);
  expect(await look(1, true)).toBe(now);
});
