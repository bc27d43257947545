import { type ChoreographyError, isChoreographyError } from '../../contract/errors.ts';
import { backoff, jitter, type RuntimeContext } from '../context.ts';
import { wasCommittedBy } from '../journal/claim.ts';
import { writeKey } from '../journal/fold.ts';
import { itemsOf, type Unit } from '../journal/unit.ts';
import { jsonBytes } from '../message/json.ts';
import type { UnitOutcome } from '../ports/store.ts';
import { type SharedMarkers, shareMarker } from './share-marker.ts';

/** A unit and the saga it belongs to: units of one saga commit in order. */
export interface SagaUnit {
  readonly unit: Unit;
  readonly saga: string;
}

/**
 * How it ended for a unit. `committed`: with the unit as it is stored. `again`: nothing of it is in (or nobody knows): run it
 * again on fresh state. `error`: the store is to blame, not a change of what the unit was based on.
 */
export type CommitResult =
  | { readonly status: 'committed'; readonly unit: Unit }
  | { readonly status: 'again'; readonly error?: ChoreographyError }
  | { readonly status: 'invalid'; readonly reason: string };

/** Milliseconds before the first repeat of a throttled or ambiguous commit; doubles. */
const REPEAT_MILLISECONDS = 50;
const REPEAT_MILLISECONDS_MAX = 1_000;

/** Positions of units that share items (or a saga), in order: the outcome of one decides about the others. */
export function componentsOf(units: readonly SagaUnit[]): readonly (readonly number[])[] {
  const parent = units.map((_, position) => position);
  const root = (position: number): number => {
    let at = position;
    while (parent[at] !== at) at = parent[at] as number;
    return at;
  };
  const owner = new Map<string, number>();
  const join = (key: string, position: number): void => {
    const other = owner.get(key);
    if (other === undefined) owner.set(key, position);
    else parent[root(position)] = root(other);
  };
  units.forEach(({ unit, saga }, position) => {
    join(`saga|${saga}`, position);
    for (const write of unit.writes) join(writeKey(write), position);
  });
  const components = new Map<number, number[]>();
  units.forEach((_, position) => {
    const at = root(position);
    const component = components.get(at);
    if (component) component.push(position);
    else components.set(at, [position]);
  });
  return [...components.values()];
}

interface Chunk {
  readonly positions: readonly number[];
  /** Continues the component of the chunk before it: it may only be sent when that one is in. */
  readonly continues: boolean;
}

/** What units take of a transaction. */
interface Size {
  /** Items, but for the marker. */
  readonly items: number;
  /** Units of one transaction share their marker. */
  readonly marker: boolean;
  readonly bytes: number;
}

const empty: Size = { items: 0, marker: false, bytes: 0 };

/** An upper bound, except where it would cut a transaction short. */
function sizeOf({ writes }: Unit, bytesFew: number): Size {
  const items = writes.reduce((sum, write) => (write.kind === 'outbox' ? sum : sum + itemsOf(write)), 0);
  return { items, marker: writes.some(({ kind }) => kind === 'outbox'), bytes: jsonBytes(writes, bytesFew) };
}

function plus(left: Size, right: Size): Size {
  return { items: left.items + right.items, marker: left.marker || right.marker, bytes: left.bytes + right.bytes };
}

/** Packs components into transactions; one that is too big for a transaction is cut in order. */
function pack({ settings }: RuntimeContext, units: readonly SagaUnit[]): readonly Chunk[] {
  const { transactionWritesMax, transactionBytesMax } = settings;
  const fits = ({ items, marker, bytes }: Size) => items + (marker ? 1 : 0) <= transactionWritesMax && bytes <= transactionBytesMax;
  const chunks: { positions: number[]; continues: boolean }[] = [];
  let size = empty;
  const open = (continues: boolean) => {
    chunks.push({ positions: [], continues });
    size = empty;
  };
  let mustOpen = true;
  for (const component of componentsOf(units)) {
    const sizes = component.map((position) => sizeOf((units[position] as SagaUnit).unit, transactionBytesMax / transactionWritesMax));
    const total = sizes.reduce(plus, empty);
    const whole = fits(total);
    if (mustOpen || !fits(plus(size, total))) open(false);
    component.forEach((position, index) => {
      const own = sizes[index] as Size;
      if (size !== empty && !fits(plus(size, own))) open(true);
      chunks.at(-1)?.positions.push(position);
      size = plus(size, own);
    });
    mustOpen = !whole;
  }
  return chunks;
}

/** Sends one transaction; a commit whose outcome is unknown is repeated until it is known. An error: it stays unknown, or the store is throttled. */
async function send(context: RuntimeContext, units: readonly Unit[]): Promise<readonly UnitOutcome[] | ChoreographyError> {
  const { store, clock, telemetry } = context.ports;
  const startedAt = clock.now();
  let last: ChoreographyError | undefined;
  for (let attempt = 1; attempt <= context.settings.ambiguousCommitTriesMax; attempt += 1) {
    try {
      telemetry.count('commits', { service: context.service });
      const outcomes = await store.commit(units);
      telemetry.time('commit', { service: context.service }, clock.now() - startedAt);
      return outcomes;
    } catch (error) {
      if (!isChoreographyError(error) || !error.retryable) throw error;
      last = error;
      telemetry.count(error.code === 'COMMIT_AMBIGUOUS' ? 'commit-ambiguous' : 'throttled', { service: context.service });
      await clock.sleep(jitter(context, backoff(REPEAT_MILLISECONDS, attempt, REPEAT_MILLISECONDS_MAX)));
    }
  }
  return last ?? [];
}

/** Whether the group is in: said so, or recognised by a claim that carries the commit's id. */
function isCommitted(units: readonly Unit[], outcomes: readonly UnitOutcome[]): boolean {
  return (
    outcomes.every(({ status }) => status === 'committed') ||
    outcomes.some(
      (outcome, index) =>
        outcome.status === 'claimed' && outcome.existing !== undefined && wasCommittedBy(outcome.existing, (units[index] as Unit).id),
    )
  );
}

/** What a unit learns that took part in a refusal, or was built on one that did. */
function refusedResult(outcome: UnitOutcome | undefined): CommitResult {
  if (outcome?.status === 'invalid') return outcome;
  return outcome?.status === 'put-off' ? { status: 'again', error: outcome.error } : { status: 'again' };
}

/** Sends a chunk; components that were only bystanders of a refusal are sent again without the refused ones. */
async function commitChunk(
  context: RuntimeContext,
  units: readonly SagaUnit[],
  positions: readonly number[],
  markers: SharedMarkers,
  results: CommitResult[],
): Promise<void> {
  let left = positions;
  for (let sends = 0; left.length > 0; sends += 1) {
    const group = left.map((position) => units[position] as SagaUnit);
    const sent = shareMarker(
      group.map(({ unit }) => unit),
      markers,
      sends,
    );
    const outcomes = await send(context, sent);
    if (isChoreographyError(outcomes)) {
      for (const position of left) results[position] = { status: 'again', error: outcomes };
      return;
    }
    if (isCommitted(sent, outcomes)) {
      left.forEach((position, index) => {
        results[position] = { status: 'committed', unit: sent[index] as Unit };
      });
      return;
    }
    context.ports.telemetry.count('commit-conflicts', { service: context.service });
    const refused = new Set<number>();
    for (const component of componentsOf(group)) {
      if (component.every((index) => outcomes[index]?.status === 'cancelled')) continue;
      for (const index of component) {
        const outcome = outcomes[index];
        refused.add(left[index] as number);
        results[left[index] as number] = refusedResult(outcome);
      }
    }
    if (refused.size === 0) {
      for (const position of left) results[position] = { status: 'again' };
      return;
    }
    left = left.filter((position) => !refused.has(position));
  }
}

/**
 * Commits units in as few transactions as they fit in. Units that share an item stand or fall together: one that was
 * computed over an overlay that did not get in is stale, business failures included. An innocent bystander of a refused
 * transaction is sent again as it is.
 */
export async function commitGroup(context: RuntimeContext, units: readonly SagaUnit[]): Promise<readonly CommitResult[]> {
  const results: CommitResult[] = units.map(() => ({ status: 'again' }));
  const markers: SharedMarkers = new Map();
  let stale = false;
  for (const { positions, continues } of pack(context, units)) {
    if (!continues) stale = false;
    if (stale) continue;
    await commitChunk(context, units, positions, markers, results);
    stale = positions.some((position) => results[position]?.status !== 'committed');
  }
  return results;
}
