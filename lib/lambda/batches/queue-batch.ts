import type { SqsRecord } from '../../aws/records/sqs-record.ts';
import type { Envelope } from '../../contract/envelope.ts';
import type { Delivery } from '../../runtime/ports/delivery.ts';
import { foreignMark, logicalName } from '../environment.ts';
import type { BatchResponse } from '../lambda-context.ts';
import type { ServiceInstance } from '../service-instance.ts';

/** An event of the bus, as far as it is read here. */
interface BusEvent {
  readonly source?: unknown;
  readonly 'detail-type'?: unknown;
  readonly detail?: Partial<Envelope> | null;
}

/**
 * The envelope in an event of the bus, or the body as it is. IAM says who may publish under which source and type of the event: an
 * envelope that says another one of itself is none.
 */
export function unwrapped(body: string): string {
  try {
    const { source, 'detail-type': type, detail } = JSON.parse(body) as BusEvent;
    const isSame = detail?.source === source && detail?.type === type;
    return detail?.specversion === '1.0' && isSame ? JSON.stringify(detail) : body;
  } catch {
    return body;
  }
}

/**
 * A message of a queue as the runtime takes it; the queue of an inbound goes by its logical name. `queueArn`: where it
 * was before a redrive policy moved it.
 */
export function queueDelivery(
  { environment }: Pick<ServiceInstance, 'environment'>,
  record: SqsRecord,
  nowMs: number,
  queueArn: string = record.queueArn ?? '',
): Delivery {
  const mark = foreignMark(environment, queueArn);
  return {
    body: mark.foreign ? record.body : unwrapped(record.body),
    ...mark,
    source: { kind: 'queue', queue: logicalName(environment, queueArn), messageId: record.itemIdentifier },
    arrivedAt: record.sentTimestamp ?? nowMs,
  };
}

/** Messages of the queue that the bus or another system feeds: each for itself. */
export async function consumeQueue(instance: ServiceInstance, records: readonly SqsRecord[], deadline: number): Promise<BatchResponse> {
  const nowMs = instance.ports.clock.now();
  const results = await instance.runtime.consume(
    records.map((record) => queueDelivery(instance, record, nowMs)),
    { deadline },
  );
  const unfinished = records.filter((_, index) => results[index]?.status !== 'done');
  return { batchItemFailures: unfinished.map(({ itemIdentifier }) => ({ itemIdentifier })) };
}
