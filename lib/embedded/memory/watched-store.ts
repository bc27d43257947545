import type { DueItem } from '../../runtime/journal/outbox.ts';
import type { Unit } from '../../runtime/journal/unit.ts';
import type { Store, UnitOutcome } from '../../runtime/ports/store.ts';
import type { MemoryStore } from './store.ts';

/** A store, and whether it holds something that is still to be done. */
export interface WatchedStore extends Store {
  /** Something that a sweep would do: events to publish, what is due, wake-ups that may have got lost. */
  needsSweep(nowMs: number): boolean;
  /** Something that will go on by itself: as above, and steps that are to be settled. Deadlines that lie ahead do not count. */
  hasWork(nowMs: number): boolean;
}

/** What `watchStore` takes. */
export interface WatchedStoreOptions {
  readonly store: MemoryStore;
  readonly onCommit: (units: readonly Unit[], outcomes: readonly UnitOutcome[]) => void;
}

/** Due items by id, and the earliest of them. */
function createDueTimes() {
  const times = new Map<string, DueItem>();
  let settles = 0;
  let earliest = Number.POSITIVE_INFINITY;
  let stale = false;
  return {
    get settles() {
      return settles;
    },
    add(item: DueItem) {
      if (!times.has(item.id) && item.kind === 'settle') settles += 1;
      times.set(item.id, item);
      earliest = Math.min(earliest, item.dueAt);
    },
    remove(ids: readonly string[]) {
      for (const id of ids) {
        if (times.get(id)?.kind === 'settle') settles -= 1;
        stale = times.delete(id) || stale;
      }
    },
    earliest(): number {
      if (!stale) return earliest;
      stale = false;
      earliest = Number.POSITIVE_INFINITY;
      for (const { dueAt } of times.values()) earliest = Math.min(earliest, dueAt);
      return earliest;
    },
  };
}

/** Watches a store from below the faults: what is seen has taken effect. */
export function watchStore({ store, onCommit }: WatchedStoreOptions): WatchedStore {
  const due = createDueTimes();
  const needsSweep = (nowMs: number) => store.outboxSize() > 0 || due.earliest() <= nowMs || store.allMarkers().length > 0;
  return {
    ...store,
    async commit(units) {
      const outcomes = await store.commit(units);
      onCommit(units, outcomes);
      if (outcomes.some(({ status }) => status !== 'committed')) return outcomes;
      for (const { writes } of units) for (const write of writes) if (write.kind === 'due') due.add(write.put);
      return outcomes;
    },
    async clearDue(ids) {
      await store.clearDue(ids);
      due.remove(ids);
    },
    needsSweep,
    hasWork: (nowMs) => due.settles > 0 || needsSweep(nowMs),
  };
}
