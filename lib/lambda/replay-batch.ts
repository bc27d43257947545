import { type ReplayRecord, replayDeliveryOf } from '../aws/sqs/replay-delivery.ts';
import type { SqsRecord } from '../aws/sqs-record.ts';
import type { BatchResponse } from './lambda-context.ts';
import type { ServiceInstance } from './service-instance.ts';

/** Milliseconds before the deadline at which no further task is begun. */
const MARGIN_MILLISECONDS = 5_000;

interface Received {
  readonly record: SqsRecord;
  readonly raw: unknown;
}

/** What is no task becomes a dead letter of the service: somebody else wrote into the queue. */
async function keepMalformed(
  { runtime, ports }: ServiceInstance,
  { record }: Received,
  problem: string,
  deadline: number,
): Promise<boolean> {
  ports.telemetry.log({ level: 'error', message: 'a message of the replay queue is no task', fields: { problem } });
  const source = { kind: 'queue', queue: 'replay', messageId: record.itemIdentifier } as const;
  const [result] = await runtime.consume(
    [{ body: `No task: ${record.body}`, source, arrivedAt: record.sentTimestamp ?? ports.clock.now() }],
    {
      deadline,
    },
  );
  return result?.status === 'done';
}

/** Runs one task; whether it is finished. What is to be tried later is hidden until then, and its group with it. */
async function runTask(instance: ServiceInstance, read: ReplayRecord & { readonly status: 'task' }, deadline: number): Promise<boolean> {
  const { runtime, ports } = instance;
  const [result] = await runtime.replay([read.delivery], { deadline });
  if (result?.status === 'done') return true;
  if (result?.status === 'retry' && read.receiptHandle !== undefined) {
    await ports.hideTask(read.receiptHandle, result.afterSeconds).catch((error: unknown) => {
      ports.telemetry.log({
        level: 'warn',
        message: 'a task could not be hidden; it comes again earlier',
        fields: { error: String(error) },
      });
    });
  }
  return false;
}

/** Tasks of the replay queue, in order; behind one that is not finished no other of its group is begun. */
export async function runReplays(
  instance: ServiceInstance,
  records: readonly SqsRecord[],
  raw: readonly unknown[],
  deadline: number,
): Promise<BatchResponse> {
  const { clock } = instance.ports;
  const held = new Set<string>();
  const failures: { readonly itemIdentifier: string }[] = [];
  for (const [index, record] of records.entries()) {
    const group = record.messageGroupId ?? record.itemIdentifier;
    const late = clock.now() > deadline - MARGIN_MILLISECONDS;
    const received = { record, raw: raw[index] };
    const read = replayDeliveryOf(received.raw);
    const run = () =>
      read.status === 'task' ? runTask(instance, read, deadline) : keepMalformed(instance, received, read.problem, deadline);
    if (!late && !held.has(group) && (await run())) continue;
    held.add(group);
    failures.push({ itemIdentifier: record.itemIdentifier });
  }
  return { batchItemFailures: failures };
}
