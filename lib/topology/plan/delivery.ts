import { FUNCTION_MEGABYTES, QUEUE_BATCH_MESSAGES } from '../../contract/limits.ts';
import type { Estimate } from './estimate.ts';
import { inTurn, type Latency, latencies, times } from './latency.ts';
import { noUsage, sumOf, type Usage } from './usage.ts';
import { type Commit, commitsOf, markerKilobytes, type Work } from './work.ts';

/** How a message comes to a service. */
export type Way = 'command' | 'stream' | 'bus' | 'rule' | 'queue' | 'other-stream';

/** What the plan takes for granted of the team's own code. Milliseconds of a function for one message, beside waiting. */
export const OWN_MILLISECONDS = 5;
/** Milliseconds that an outside system takes to answer: 99 times of 100 the second. */
export const OUTSIDE_CALL: Latency = { p50: 100, p99: 1_000 };

/** Kilobytes that DynamoDB, EventBridge and SQS count in. */
const WRITE_KILOBYTES = 1;
const READ_KILOBYTES = 4;
const CHUNK_KILOBYTES = 64;
/** What a transaction costs of what a single write does: each item is written twice (AWS: Transaction APIs). A check counts like a write (not confirmed, 2026-11). */
const TRANSACTION_TIMES = 2;
/** Items of one transaction (AWS). */
const TRANSACTION_ITEMS = 100;
const KILOBYTES_A_GIGABYTE = 1_048_576;
const MILLISECONDS_A_SECOND = 1_000;
const MEGABYTES_A_GIGABYTE = 1_024;

const steps = (kilobytes: number, size: number): number => Math.max(1, Math.ceil(kilobytes / size));

/** One item alone is one conditional write; in a batch it shares a transaction with others. */
function isTransaction({ kilobytes, emits, alone }: Commit, batch: number): boolean {
  return emits || kilobytes.length > 1 || (!alone && batch > 1);
}

/** Messages of a batch whose commits fit into one transaction. */
function messagesTogether({ kilobytes, emits, alone }: Commit, batch: number): number {
  const items = TRANSACTION_ITEMS - (emits ? 1 : 0);
  return alone ? 1 : Math.min(batch, Math.max(1, Math.floor(items / kilobytes.length)));
}

/** How much of a transaction is for one message of a batch. */
function shareOf(commit: Commit, batch: number): number {
  return 1 / messagesTogether(commit, batch);
}

/** What one message's part of the marker takes to write once, and once more to remove. */
function markerUnits(commit: Commit, batch: number): number {
  if (!commit.emits) return 0;
  const messages = messagesTogether(commit, batch);
  return steps(markerKilobytes(messages), WRITE_KILOBYTES) / messages;
}

function writeUnits(commit: Commit, batch: number): number {
  const units = commit.kilobytes.reduce((sum, size) => sum + steps(size, WRITE_KILOBYTES), markerUnits(commit, batch));
  return units * (isTransaction(commit, batch) ? TRANSACTION_TIMES : 1) + markerUnits(commit, batch);
}

function itemsOf(commit: Commit, batch: number): number {
  return commit.kilobytes.length + (commit.emits ? shareOf(commit, batch) : 0);
}

function gigabyteSeconds(milliseconds: number): number {
  return (milliseconds / MILLISECONDS_A_SECOND) * (FUNCTION_MEGABYTES / MEGABYTES_A_GIGABYTE);
}

/** Messages that one invocation takes. */
function batchOf({ batch }: Estimate, way: Way): number {
  if (way === 'command') return 1;
  return way === 'stream' || way === 'other-stream' ? batch : Math.min(batch, QUEUE_BATCH_MESSAGES);
}

/** What is done for a message at one service, and how long it takes from its arrival until what it emits is out. */
export interface Delivered {
  readonly usage: Usage;
  readonly latency: Latency;
}

const callsOf = (works: readonly Work[]): number => works.reduce((sum, work) => sum + work.calls, 0);

/** Entities are read when the reaction asks for them, after the claims. */
function readLatency(works: readonly Work[]): Latency {
  return times(works.some(({ reads }) => reads.length > 1) ? 2 : 1, latencies.read);
}

function commitLatency(commits: readonly Commit[], batch: number): Latency {
  return inTurn(...commits.map((commit) => (isTransaction(commit, batch) ? latencies.transaction : latencies.write)));
}

/** Milliseconds of the function for one message: calls that the batch makes together are shared. */
function functionMilliseconds(commits: readonly Commit[], works: readonly Work[], emits: boolean, batch: number): number {
  const publishing = emits ? latencies.publish.p50 + latencies.remove.p50 : 0;
  const committing = commits.reduce((sum, commit) => sum + commitLatency([commit], batch).p50 * shareOf(commit, batch), 0);
  return OWN_MILLISECONDS + committing + callsOf(works) * OUTSIDE_CALL.p50 + (readLatency(works).p50 + publishing) / batch;
}

/** SQS requests for one message that comes through a queue; what another system sends is not ours to pay. */
function queueRequests(way: Way, { eventKilobytes }: Estimate, batch: number): number {
  const taking = (steps(eventKilobytes * batch, CHUNK_KILOBYTES) + 1) / batch; // one receive and one delete for the batch
  if (way === 'bus' || way === 'rule') return steps(eventKilobytes, CHUNK_KILOBYTES) + taking;
  return way === 'queue' ? taking : 0;
}

/** A due item that looks after a command's call: when it comes, all is done, and nothing is found to do. */
function lookAgain(works: readonly Work[], way: Way): Usage {
  const looks = way === 'command' ? works.filter(({ commits }) => commits.length > 1).length : 0;
  const invocation = gigabyteSeconds(OWN_MILLISECONDS + latencies.read.p50);
  return { ...noUsage, readUnits: looks, invocations: looks, gigabyteSeconds: looks * invocation, fifoRequests: 3 * looks };
}

/** One message at one service: all its reactions on it share the invocation, and where they can, the commit. */
export function deliver(estimate: Estimate, way: Way, works: readonly Work[], emits: boolean): Delivered {
  const batch = batchOf(estimate, way);
  const commits = commitsOf(works);
  const removals = works.reduce((sum, work) => sum + work.removals, 0);
  const marker = way === 'stream' ? [0] : []; // whether the saga is parked
  const usage = {
    ...noUsage,
    commits: commits.reduce((sum, commit) => sum + shareOf(commit, batch), 0),
    items: commits.reduce((sum, commit) => sum + itemsOf(commit, batch), 0),
    writeUnits: commits.reduce((sum, commit) => sum + writeUnits(commit, batch), 0) + removals,
    readUnits: [...works.flatMap(({ reads }) => reads), ...marker].reduce((sum, size) => sum + steps(size, READ_KILOBYTES), 0),
    invocations: 1 / batch,
    gigabyteSeconds: gigabyteSeconds(functionMilliseconds(commits, works, emits, batch)),
    queueRequests: queueRequests(way, estimate, batch),
  };
  const latency = inTurn(
    readLatency(works),
    commitLatency(commits, batch),
    times(callsOf(works), OUTSIDE_CALL),
    times(emits ? 1 : 0, latencies.publish),
  );
  return { usage: sumOf([usage, lookAgain(works, way)]), latency };
}

/** One event onto the stream and to all its readers; the bridge looks at each, and puts it onto the bus where somebody takes it. */
export function publish(estimate: Estimate, type: string): Usage {
  const { eventKilobytes, batch, readers, onBus } = estimate;
  const bridged = (onBus.get(type) ?? []).length > 0;
  // Records are counted in whole kilobytes on their way in.
  const gigabytes = Math.max(1, Math.ceil(eventKilobytes)) / KILOBYTES_A_GIGABYTE;
  const put = bridged ? latencies.publish.p50 / Math.min(batch, QUEUE_BATCH_MESSAGES) : 0;
  return {
    ...noUsage,
    records: 1,
    streamInGigabytes: gigabytes,
    streamOutGigabytes: gigabytes * readers,
    invocations: 1 / batch,
    gigabyteSeconds: gigabyteSeconds(OWN_MILLISECONDS / batch + put),
    busEvents: bridged ? steps(eventKilobytes, CHUNK_KILOBYTES) : 0,
  };
}
