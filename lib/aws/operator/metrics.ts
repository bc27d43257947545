import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';

/** One metric that AWS keeps by itself. */
export interface AwsMetric {
  readonly namespace: 'AWS/Lambda' | 'AWS/SQS';
  readonly name: string;
  readonly dimension: readonly [name: string, value: string];
}

/** Metrics come with a delay of a few minutes; what is older than this says nothing about now. */
const LOOK_BACK_SECONDS = 600;
const PERIOD_SECONDS = 60;

/** The newest maximum of the last ten minutes. `undefined`: there is none, or nobody may see it, which is no reason not to show the rest. */
export async function newestMaximum(
  client: Pick<CloudWatchClient, 'send'>,
  { namespace, name, dimension: [Name, Value] }: AwsMetric,
  nowMs: number,
): Promise<number | undefined> {
  const command = new GetMetricStatisticsCommand({
    Namespace: namespace,
    MetricName: name,
    Dimensions: [{ Name, Value }],
    StartTime: new Date(nowMs - LOOK_BACK_SECONDS * 1000),
    EndTime: new Date(nowMs),
    Period: PERIOD_SECONDS,
    Statistics: ['Maximum'],
  });
  const answer = await client.send(command).catch(() => undefined);
  const points = [...(answer?.Datapoints ?? [])].sort((left, right) => Number(right.Timestamp) - Number(left.Timestamp));
  return points[0]?.Maximum;
}
