import type { ChoreographyError } from '../../contract/errors.ts';
import { canonicalText } from '../../schema/canonical-text.ts';
import { runBatch } from '../batch/batch.ts';
import { isUncounted } from '../batch/failure.ts';
import { commitGroup, type SagaUnit } from '../batch/group-commit.ts';
import { type BatchMode, createItem, tooOld, unreadableItem, type WorkItem } from '../batch/work-item.ts';
import type { RuntimeContext } from '../context.ts';
import { type Decoded, decode } from '../message/decode.ts';
import { learnVersions } from '../message/newer-versions.ts';
import type { Delivery, DeliveryResult, Invocation } from '../ports/delivery.ts';
import { type DeadLetterParts, deadLetterId, unreadableUnit } from '../tasks/dead-letters.ts';
import { errorRecord } from '../tasks/task.ts';

interface Unreadable {
  readonly index: number;
  readonly delivery: Delivery;
  readonly error: ChoreographyError;
}

/** What a batch of deliveries turned out to be. */
interface Sorted {
  readonly items: WorkItem[];
  readonly unreadable: Unreadable[];
}

/** Reads all; what was written in a version that had to be fetched first, a second time. */
async function decodeAll(context: RuntimeContext, deliveries: readonly Delivery[]): Promise<readonly Decoded[]> {
  const decoded = deliveries.map((delivery) => decode(delivery.body, context.catalog, delivery));
  if (!(await learnVersions(context, decoded))) return decoded;
  return decoded.map((one, index) => {
    const { body } = deliveries[index] as Delivery;
    return one.kind === 'malformed' && one.error.code === 'UNKNOWN_VERSION' ? decode(body, context.catalog, deliveries[index]) : one;
  });
}

async function sort(context: RuntimeContext, deliveries: readonly Delivery[]): Promise<Sorted> {
  const { telemetry, clock } = context.ports;
  const sorted: Sorted = { items: [], unreadable: [] };
  const all = await decodeAll(context, deliveries);
  for (const [index, delivery] of deliveries.entries()) {
    const decoded = all[index] as Decoded;
    if (decoded.kind === 'ignored') {
      telemetry.count('ignored', { service: context.service });
      continue;
    }
    telemetry.count('consumed', { service: context.service });
    telemetry.time('age-at-consume', { service: context.service }, clock.now() - delivery.arrivedAt);
    if (decoded.kind === 'malformed' && !decoded.message) sorted.unreadable.push({ index, delivery, error: decoded.error });
    else if (decoded.kind === 'malformed')
      sorted.items.push(unreadableItem(index, decoded.message as never, delivery.source, decoded.error));
    else {
      const old = tooOld(context, decoded.message);
      sorted.items.push(
        old ? unreadableItem(index, decoded.original, delivery.source, old) : createItem({ index, decoded, source: delivery.source }),
      );
    }
  }
  return sorted;
}

function documentOf(context: RuntimeContext, { delivery, error }: Unreadable): DeadLetterParts {
  return {
    consumer: context.service,
    reactions: [],
    phase: 'decode',
    raw: delivery.body,
    error: errorRecord(error),
    source: delivery.source,
  };
}

/** Records without an envelope: the document keeps the raw text; one that is there already stays as it is. Returns the positions that are not safe yet. */
async function parkUnreadable(context: RuntimeContext, unreadable: readonly Unreadable[]): Promise<ReadonlySet<number>> {
  const { entropy, clock, store, telemetry } = context.ports;
  const idOf = (one: Unreadable) => deadLetterId(documentOf(context, one), one.delivery.arrivedAt);
  if (unreadable.length === 0) return new Set();
  try {
    const { deadLetters } = await store.read({ deadLetters: unreadable.map(idOf) });
    const fresh = unreadable.filter((one) => !deadLetters.has(idOf(one)));
    const units = fresh.map((one): SagaUnit => {
      const at = { commit: entropy.uniqueId(), arrivedAt: one.delivery.arrivedAt, nowMs: clock.now() };
      return { saga: `unreadable ${one.index}`, unit: unreadableUnit(documentOf(context, one), at) };
    });
    const results = await commitGroup(context, units);
    const left = fresh.filter((_, position) => results[position]?.status !== 'committed');
    for (const one of fresh) if (!left.includes(one)) telemetry.count('dead-letters', { service: context.service, code: one.error.code });
    return new Set(left.map(({ index }) => index));
  } catch (error) {
    if (!isUncounted(error)) throw error;
    return new Set(unreadable.map(({ index }) => index));
  }
}

/** The same for copies of one message, as far as it is told without their data. One that cannot be read stands for none that can. */
function nameOf({ original: { source, id, correlationid, type }, problem }: WorkItem): string {
  return JSON.stringify([source, id, correlationid, type, problem?.code]);
}

/**
 * A second copy in the same batch is folded into the first: the claim would refuse it anyway. Another payload under its id is
 * another message (and a dead letter). By delivery, the item that stands for it.
 */
function foldCopies(items: readonly WorkItem[]): ReadonlyMap<number, WorkItem> {
  const names = items.map(nameOf);
  const once = new Set<string>();
  const again = new Set<string>();
  for (const name of names) (once.has(name) ? again : once).add(name);
  const first = new Map<string, WorkItem>();
  const byIndex = new Map<number, WorkItem>();
  for (const [at, item] of items.entries()) {
    const name = names[at] as string;
    const key = again.has(name) ? name + canonicalText(item.original.data) : name; // most come once: their data need not be looked at
    const stands = first.get(key) ?? item;
    first.set(key, stands);
    byIndex.set(item.index, stands);
  }
  return byIndex;
}

function resultOf(item: WorkItem | undefined): DeliveryResult {
  if (!item || item.state === 'done' || item.state === 'parked') return { status: 'done' };
  const reason = item.failedWith instanceof Error ? item.failedWith.message : 'not finished in the time there was';
  return { status: 'unfinished', reason };
}

/** What one batch came to. */
export interface Consumed {
  readonly results: readonly DeliveryResult[];
  /** The longest row of technical give-ups. */
  readonly giveUpsInARow: number;
}

/** Runs deliveries through a batch; `prepare` may change the tasks first. */
export async function consumeBatch(
  context: RuntimeContext,
  mode: BatchMode,
  deliveries: readonly Delivery[],
  invocation: Invocation,
  prepare?: (item: WorkItem) => void,
): Promise<Consumed> {
  const startedAt = context.ports.clock.now();
  const { items, unreadable } = await sort(context, deliveries);
  const byIndex = foldCopies(items);
  const folded = [...new Set(byIndex.values())];
  for (const item of folded) prepare?.(item);
  const left = await parkUnreadable(context, unreadable);
  const giveUpsInARow = await runBatch({ context, mode, invocation, items: folded });
  const results = deliveries.map(
    (_, index): DeliveryResult =>
      left.has(index) ? { status: 'unfinished', reason: 'its dead letter could not be written' } : resultOf(byIndex.get(index)),
  );
  context.ports.telemetry.time('batch', { service: context.service }, context.ports.clock.now() - startedAt);
  return { results, giveUpsInARow };
}
