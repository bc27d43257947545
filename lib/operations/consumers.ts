import type { ConsumerState } from '../runtime/ports/control.ts';
import type { ShardPage } from '../runtime/ports/stream-reader.ts';
import { findConsumer, type OperatorAccess } from './access.ts';
import { audited } from './audit.ts';
import { withPatience } from './patience.ts';

/** Records of one shard that a consumer may never have seen: they were trimmed while it stood still. */
export interface ConsumerGap {
  readonly shard: string;
  /** The last record that was handed to it; it is not kept any more. */
  readonly after: string;
  /** The first record that is kept. Absent: none. */
  readonly before?: string;
  /** Milliseconds since 1970 at which that one arrived. */
  readonly beforeArrivedAt?: number;
}

/** What is known of a consumer that goes on. */
export interface ResumeReport {
  readonly consumer: string;
  /** Milliseconds for which it was paused; 0: it was not. */
  readonly pausedMilliseconds: number;
  readonly gaps: readonly ConsumerGap[];
  /** Nobody could tell whether there is a gap: how far the consumer has got is not known. */
  readonly gapsUnknown: boolean;
}

/** Pauses a consumer: it takes no live traffic until it is resumed; redrives and replays still get through. @throws UNKNOWN_SERVICE */
export async function pauseConsumer(access: OperatorAccess, name: string, reason: string): Promise<ConsumerState> {
  await findConsumer(access, name);
  return audited(access, { action: 'consumer.pause', service: name, subject: name, reason }, async () => {
    const before = await withPatience(access.clock, () => access.control.consumer(name));
    const state = before.paused ? { ...before, reason } : { paused: true, reason, since: access.clock.now() };
    await withPatience(access.clock, () => access.control.setConsumer(name, state));
    return { value: state };
  });
}

/** The first page behind what a consumer has seen; `undefined`: nothing of the shard is left. */
async function pageAt(access: OperatorAccess, shard: string, sequenceNumber: string): Promise<ShardPage | undefined> {
  const { stream, clock } = access;
  const read = async () => stream?.read({ shard, from: { kind: 'at', sequenceNumber }, limit: 1 });
  return withPatience(clock, read).catch(() => undefined);
}

/** Where records may be lost: what was handed over last is not kept any more. @throws UNKNOWN_SERVICE */
export async function gapsOf(access: OperatorAccess, name: string): Promise<readonly ConsumerGap[] | undefined> {
  const { source } = await findConsumer(access, name);
  if (source === 'bus') return [];
  const progress = await access.progress?.(name);
  if (!progress || !access.stream) return undefined;
  const gaps: ConsumerGap[] = [];
  for (const { shard, sequenceNumber: after } of progress) {
    if (after === undefined) continue;
    const record = (await pageAt(access, shard, after))?.records[0];
    if (record && BigInt(record.sequenceNumber) <= BigInt(after)) continue;
    const found = record ? { before: record.sequenceNumber, beforeArrivedAt: record.arrivedAt } : {};
    gaps.push({ shard, after, ...found });
  }
  return gaps;
}

/** Lets a consumer go on, and says whether records may have been trimmed meanwhile. @throws UNKNOWN_SERVICE */
export async function resumeConsumer(access: OperatorAccess, name: string, reason?: string): Promise<ResumeReport> {
  await findConsumer(access, name);
  const entry = { action: 'consumer.resume' as const, service: name, subject: name, ...(reason === undefined ? {} : { reason }) };
  return audited(access, entry, async () => {
    const { paused, since } = await withPatience(access.clock, () => access.control.consumer(name));
    const gaps = await gapsOf(access, name);
    await withPatience(access.clock, () => access.control.setConsumer(name, { paused: false }));
    const pausedMilliseconds = paused && since !== undefined ? access.clock.now() - since : 0;
    const value = { consumer: name, pausedMilliseconds, gaps: gaps ?? [], gapsUnknown: gaps === undefined };
    return { value, result: { ...value } };
  });
}
