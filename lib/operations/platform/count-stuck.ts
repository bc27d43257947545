import { isChoreographyError } from '../../contract/errors.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import type { OperatorAccess } from '../access.ts';
import { stuckSagas } from '../sagas/stuck.ts';
import type { StuckFinding } from '../sagas/stuck-finding.ts';
import type { Job, Tick } from './jobs.ts';
import { type ReactionsSeen, seenKey, seeReactions } from './reactions-seen.ts';
import { loadStuck, type StuckDocument, type StuckWalk, saveStuck, withFindings } from './stuck-count.ts';

/** Seconds from the beginning of a walk to that of the next one. */
const WALK_EVERY_SECONDS = 3_600;
/** The same after one that has found something: that it is repaired is to be seen soon. */
const WALK_AGAIN_SECONDS = 300;
/** Items of a journal of one page, and pages of one tick: they bound what a minute costs. */
const PAGE_ITEMS = 250;
const PAGES_MAX = 2;

function isDue({ walk, last }: StuckDocument, nowMs: number): boolean {
  if (walk || !last) return true;
  const seconds = Object.keys(last.found).length > 0 ? WALK_AGAIN_SECONDS : WALK_EVERY_SECONDS;
  return nowMs - last.startedAt >= seconds * 1000;
}

/**
 * Says again what the last whole walk has found, so that an alarm has something to go by in each of its periods; of the one
 * that is under way, which may take hours, what is more than that.
 */
function tell({ last, walk }: StuckDocument, { clock, telemetry }: Tick): void {
  const [before, now] = [last?.found ?? {}, walk?.found ?? {}];
  for (const service of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const counts = [before[service], now[service]].filter((count) => count !== undefined);
    telemetry.count('stuck-sagas', { service }, Math.max(...counts.map(({ sagas }) => sagas)));
    telemetry.time('stuck-age', { service }, clock.now() - Math.min(...counts.map(({ oldestAt }) => oldestAt)));
  }
}

/** Why a journal cannot be read now: a table that was brought lets nobody in by itself, and one may be gone before its service is. */
async function whyUnreadable(access: OperatorAccess, { service }: ServiceManifest): Promise<string | undefined> {
  const store = access.store(service);
  try {
    await store.generations();
    await store.scanClaims({ limit: 1 });
    return undefined;
  } catch (error) {
    if (!isChoreographyError(error)) throw error;
    return error.message;
  }
}

/** A new walk, over the journals that can be read; of the others, what was known of them stays. */
async function beginWalk(
  access: OperatorAccess,
  manifests: readonly ServiceManifest[],
  { last }: StuckDocument,
  { telemetry }: Tick,
): Promise<StuckWalk> {
  const leftOut: string[] = [];
  for (const manifest of manifests) {
    const why = await whyUnreadable(access, manifest);
    if (why === undefined) continue;
    const { service } = manifest;
    leftOut.push(service);
    telemetry.log({ level: 'warn', message: 'sagas that wait here are not counted', fields: { service, error: why } });
  }
  const kept = Object.entries(last?.found ?? {}).filter(([service]) => leftOut.includes(service));
  return { startedAt: access.clock.now(), looked: 0, found: Object.fromEntries(kept), leftOut };
}

/** A cursor begins with the name of its service; one that is gone since, or came, is met by another walk. */
const isOver = (walk: StuckWalk, names: ReadonlySet<string>): boolean =>
  walk.cursor !== undefined && !names.has(walk.cursor.split(' ')[0] ?? '');

/** What a paused service does not take is meant so, and what was out before somebody subscribed to it is nobody's to take. */
function isTrouble({ kind, service, reaction = '', event, since, paused }: StuckFinding, seen: ReactionsSeen): boolean {
  if (paused) return false;
  return kind !== 'missing' || Date.parse(since) >= (seen[seenKey(service, reaction, event?.type ?? '')] ?? Number.POSITIVE_INFINITY);
}

/** A page more; without a cursor it was the last one. */
async function walkOn(
  access: OperatorAccess,
  manifests: readonly ServiceManifest[],
  seen: ReactionsSeen,
  walk: StuckWalk,
): Promise<StuckWalk> {
  const { cursor: from, ...rest } = walk;
  const { items, looked, cursor } = await stuckSagas(access, manifests, {
    limit: PAGE_ITEMS,
    ...(from === undefined ? {} : { cursor: from }),
  });
  const found = withFindings(
    walk.found,
    items.filter((item) => isTrouble(item, seen)),
  );
  return { ...rest, looked: walk.looked + looked, found, ...(cursor === undefined ? {} : { cursor }) };
}

/** Whether a walk failed because a journal cannot be read any more that could be when it began. */
async function isClosedSince(access: OperatorAccess, manifests: readonly ServiceManifest[]): Promise<boolean> {
  for (const manifest of manifests) if ((await whyUnreadable(access, manifest)) !== undefined) return true;
  return false;
}

/** A part of a walk, or the end of it. */
async function nextPart(access: OperatorAccess, before: StuckDocument, tick: Tick): Promise<StuckDocument> {
  const consumers = await access.consumers();
  const known = consumers.flatMap(({ manifest }) => manifest ?? []);
  const goesOn = before.walk && !isOver(before.walk, new Set(known.map(({ service }) => service)));
  let walk = goesOn && before.walk ? before.walk : await beginWalk(access, known, before, tick);
  const seen = await seeReactions(tick, known, known.length === consumers.length);
  const manifests = known.filter(({ service }) => !walk.leftOut.includes(service));
  for (let page = 0; page < PAGES_MAX && tick.clock.now() < tick.deadline; page += 1) {
    try {
      walk = await walkOn(access, manifests, seen, walk);
    } catch (error) {
      if (!(await isClosedSince(access, manifests))) throw error;
      return { ...before, walk: await beginWalk(access, known, before, tick) }; // else each tick would fail, at the same place
    }
    if (walk.cursor === undefined) return { last: { ...walk, endedAt: tick.clock.now() } };
  }
  return { ...before, walk };
}

async function countStuck(tick: Tick): Promise<void> {
  const { document, version } = await loadStuck(tick);
  let told = document;
  try {
    if (!isDue(document, tick.clock.now())) return;
    const next = await nextPart(await tick.access(), document, tick);
    if (await saveStuck(tick, next, version)) told = next;
  } finally {
    tell(told, tick);
  }
}

/**
 * Counts sagas that do not go on, by the service that they wait in, as `choreo saga list --stuck` finds them, but for what
 * was out before its reaction was there. The journals are read a bit with each tick, from where the last one was; each
 * hour anew, and each five minutes while something waits. A tick that is killed has its pages read again by the next one.
 */
export const countStuckJob: Job = { name: 'stuck-sagas', share: 1, run: countStuck };
