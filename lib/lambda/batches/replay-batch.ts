import type { SqsRecord } from '../../aws/records/sqs-record.ts';
import { type ReplayRecord, replayDeliveryOf } from '../../aws/sqs/replay-delivery.ts';
import type { BatchResponse } from '../lambda-context.ts';
import type { ServiceInstance } from '../service-instance.ts';
import { finished, inTurn, type Turn } from './in-turn.ts';

/** What is no task becomes a dead letter of the service: somebody else wrote into the queue. */
async function keepMalformed({ runtime, ports }: ServiceInstance, record: SqsRecord, problem: string, deadline: number): Promise<Turn> {
  ports.telemetry.log({ level: 'error', message: 'a message of the replay queue is no task', fields: { problem } });
  const source = { kind: 'queue', queue: 'replay', messageId: record.itemIdentifier } as const;
  const delivery = { body: `No task: ${record.body}`, source, arrivedAt: record.sentTimestamp ?? ports.clock.now() };
  const [result] = await runtime.consume([delivery], { deadline });
  return { done: result?.status === 'done' };
}

/** Runs one task; what is to be tried later is hidden until then. */
async function runTask(
  { runtime }: ServiceInstance,
  { delivery }: ReplayRecord & { readonly status: 'task' },
  deadline: number,
): Promise<Turn> {
  const [result] = await runtime.replay([delivery], { deadline });
  if (result?.status === 'done') return finished;
  return result?.status === 'retry' ? { done: false, afterSeconds: result.afterSeconds } : { done: false };
}

/** Tasks of the replay queue, in order; behind one that is not finished no other of its group is begun. */
export function runReplays(
  instance: ServiceInstance,
  records: readonly SqsRecord[],
  raw: readonly unknown[],
  deadline: number,
): Promise<BatchResponse> {
  return inTurn(instance, {
    records,
    deadline,
    hide: instance.ports.hideTask,
    run(record, index) {
      const read = replayDeliveryOf(raw[index]);
      if (read.status === 'task') return runTask(instance, read, deadline);
      return keepMalformed(instance, record, read.problem, deadline);
    },
  });
}
