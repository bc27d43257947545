import { isUncounted } from '../batch/failure.ts';
import { askForWake } from '../batch/parking.ts';
import { lastMoment, type RuntimeContext } from '../context.ts';
import type { Emission } from '../journal/claim.ts';
import { keyText } from '../journal/item-key.ts';
import type { DueItem, OutboxEntry, OutboxMarker } from '../journal/outbox.ts';
import { bestEffort } from '../outbox/markers.ts';
import { type Outgoing, publishAll } from '../outbox/publish.ts';
import { writeUnpublished } from '../outbox/unpublished.ts';
import type { Invocation } from '../ports/delivery.ts';
import type { SweepReport } from '../service-runtime.ts';
import { settleSend } from './settle.ts';
import { sweepInParts, type Waiting } from './sweep-parts.ts';

/** The claim of a commit that has events to publish, if it holds them still. */
interface Found extends OutboxEntry {
  readonly marker: OutboxMarker;
  readonly emission: Emission | undefined;
  /** The claim has an end. */
  readonly expires: boolean;
}

/** A commit whose claim is gone: its events are lost, which must be seen. The document first, then the entry. */
async function parkOrphan(context: RuntimeContext, { marker, commit, claim }: Found): Promise<boolean> {
  const error = {
    code: 'OUTBOX_ORPHAN',
    message: `The outbox names the commit ${commit}, but ${keyText(claim)} does not hold it any more; its events are lost.`,
  };
  context.ports.telemetry.count('outbox-orphans', { service: context.service });
  return writeUnpublished(context, { commit, error, firstAt: marker.committedAt });
}

/** The commits of some markers, and what their claims hold. */
async function commitsOf({ ports }: RuntimeContext, markers: readonly OutboxMarker[]): Promise<readonly Found[]> {
  const entries = markers.flatMap((marker) => marker.entries.map((entry) => ({ ...entry, marker })));
  const { claims } = await ports.store.read({ claims: entries.map(({ claim }) => claim) });
  return entries.map((entry) => {
    const claim = claims.get(keyText(entry.claim));
    const emission = claim?.emissions.find(({ commit }) => commit === entry.commit);
    return { ...entry, emission, expires: claim?.expiresAt !== undefined };
  });
}

/** A lost one has no events: it is taken off its marker like one whose events are out. */
function outgoingOfFound({ marker, commit, emission }: Found): Outgoing {
  return { marker, commit, events: emission?.events ?? [] };
}

/** What became of some commits. */
interface Swept {
  readonly published: number;
  readonly orphans: number;
  /** Whether any of them has nothing left to publish. */
  readonly moves: boolean;
}

/** Publishes what a commit's own process did not. */
async function sweepMarkers(context: RuntimeContext, markers: readonly OutboxMarker[], deadline: number): Promise<Swept> {
  const { store, clock } = context.ports;
  const waiting = await commitsOf(context, markers);
  const keepFrom = clock.now() - context.settings.keepClaimAfterSeconds * 1000;
  const mayExpire = ({ marker, emission, expires }: Found) => emission && expires && marker.committedAt < keepFrom;
  for (const { claim } of waiting.filter(mayExpire)) if (clock.now() < deadline) await bestEffort(() => store.keepClaim(claim));
  const orphans = waiting.filter(({ emission }) => !emission);
  const lost: Found[] = [];
  for (const orphan of orphans) if (clock.now() < deadline && (await parkOrphan(context, orphan))) lost.push(orphan);
  const outgoing = [...lost, ...waiting.filter(({ emission }) => emission)].map(outgoingOfFound);
  const results = await publishAll(context, outgoing, deadline);
  const published = results.slice(lost.length).filter((result) => result === 'published').length;
  return { published, orphans: orphans.length, moves: results.includes('published') };
}

async function sweepOutbox(context: RuntimeContext, deadline: number): Promise<{ published: number; orphans: number }> {
  const { store, clock, telemetry } = context.ports;
  const now = clock.now();
  const before = now - context.settings.sweepAfterSeconds * 1000;
  const parts: Swept[] = [];
  const waiting: Waiting<OutboxMarker> = {
    kind: 'outbox',
    sizeOf: ({ entries }) => entries.length,
    list: (query) => store.listOutbox({ before, ...query }),
    async handle(markers, until) {
      const [oldest] = markers;
      if (parts.length === 0 && oldest) telemetry.time('outbox-age', { service: context.service }, now - oldest.committedAt);
      const part = await sweepMarkers(context, markers, until);
      parts.push(part);
      return part.moves;
    },
  };
  await sweepInParts(context, waiting, deadline);
  const sum = (count: (part: Swept) => number) => parts.reduce((total, part) => total + count(part), 0);
  const published = sum((part) => part.published);
  if (parts.length > 0) telemetry.count('outbox-swept', { service: context.service }, published);
  return { published, orphans: sum(({ orphans }) => orphans) };
}

async function fireEvents(
  context: RuntimeContext,
  items: readonly (DueItem & { kind: 'event' })[],
  deadline: number,
): Promise<readonly string[]> {
  const results = await publishAll(
    context,
    items.map(({ id, event }) => ({ commit: id, events: [event] })),
    deadline,
  );
  return items.filter((_, index) => results[index] === 'published').map(({ id }) => id);
}

async function askForSettling(context: RuntimeContext, items: readonly (DueItem & { kind: 'settle' })[]): Promise<readonly string[]> {
  const sends = items.map((item) => settleSend(item, item.id));
  if (sends.length > 0) await context.ports.replayQueue.send(sends);
  return items.map(({ id }) => id);
}

/** Fires what is due; an item goes only when what it stands for is on its way. */
async function fireDue(context: RuntimeContext, due: readonly DueItem[], deadline: number): Promise<number> {
  const events = due.filter((item) => item.kind === 'event');
  const settles = due.filter((item) => item.kind === 'settle');
  const fire = async (part: () => Promise<readonly string[]>): Promise<number> => {
    const ids = await part();
    if (ids.length > 0) await context.ports.store.clearDue(ids);
    return ids.length;
  };
  // Events last: they wait for a channel that may not answer. They need no queue, so they go out also while that is away.
  const asked = await orNothing(context, () => fire(() => askForSettling(context, settles)), 0);
  return asked + (await orNothing(context, () => fire(() => fireEvents(context, events, deadline)), 0));
}

async function sweepDue(context: RuntimeContext, deadline: number): Promise<number> {
  const { store, clock, telemetry } = context.ports;
  const before = clock.now();
  let fired = 0;
  const waiting: Waiting<DueItem> = {
    kind: 'due',
    sizeOf: () => 1,
    list: (query) => store.listDue({ before, ...query }),
    async handle(items, until) {
      const done = await fireDue(context, items, until);
      fired += done;
      return done > 0;
    },
  };
  await sweepInParts(context, waiting, deadline);
  telemetry.count('due-fired', { service: context.service }, fired);
  return fired;
}

/** Says for how long the oldest parked saga has been waiting, and asks again for wake-ups that got lost between the commit and the send. */
async function sweepParked(context: RuntimeContext, deadline: number): Promise<number> {
  const { store, clock, telemetry } = context.ports;
  const { sweepAfterSeconds, sweepItemsMax, parkedSagasMax } = context.settings;
  const now = clock.now();
  const parked = await store.listParkedSagas({ wakeBefore: Number.MAX_SAFE_INTEGER, limit: sweepItemsMax });
  if (parked.length === 0) return 0;
  telemetry.time('parked-age', { service: context.service }, now - Math.min(...parked.map(({ parkedAt }) => parkedAt)));
  const lost = parked.filter(({ wakeAt }) => wakeAt <= now - sweepAfterSeconds * 1000).slice(0, parkedSagasMax);
  let asked = 0;
  for (const marker of lost) {
    if (clock.now() >= deadline) break;
    await askForWake(context, marker);
    asked += 1;
  }
  return asked;
}

/** The parts do not depend on each other: what stops one must not stop the others. */
async function orNothing<Value>(context: RuntimeContext, part: () => Promise<Value>, nothing: Value): Promise<Value> {
  try {
    return await part();
  } catch (error) {
    context.ports.telemetry.log({
      level: isUncounted(error) ? 'warn' : 'error',
      message: 'a part of the sweep was put off',
      fields: { service: context.service, error: String(error) },
    });
    return nothing;
  }
}

/**
 * One sweep; what a throttled store or queue, or the deadline, keeps from it is done a minute later. Each part has its share of what
 * time is left: what one of them calls may not answer, and the others do without it.
 */
export async function sweep(context: RuntimeContext, invocation: Invocation): Promise<SweepReport> {
  const end = lastMoment(context, invocation);
  const shareOf = (partsLeft: number): number => {
    const now = context.ports.clock.now();
    return now + (end - now) / partsLeft;
  };
  const outbox = await orNothing(context, () => sweepOutbox(context, shareOf(3)), { published: 0, orphans: 0 });
  const due = await orNothing(context, () => sweepDue(context, shareOf(2)), 0);
  const woken = await orNothing(context, () => sweepParked(context, shareOf(1)), 0);
  return { ...outbox, due, woken };
}
