import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** Where the functions write (`lib/lambda/telemetry/telemetry.ts`), with backbone and service as the only dimensions. */
const NAMESPACE = 'Choreography';

/** Names of the metrics that alarms and dashboards are made of. */
export type ServiceMetricName =
  | 'AgeAtConsume'
  | 'CommitConflicts'
  | 'Consumed'
  | 'ConsumerPaused'
  | 'DeadLetters'
  | 'DueFired'
  | 'Duplicates'
  | 'EventsPublished'
  | 'OutboxAge'
  | 'ParkedAge'
  | 'Reaction'
  | 'StuckSagas'
  | 'TechnicalFailures'
  | 'Undone';

/** Whose metric it is, by names. */
export interface MetricOwner {
  readonly backbone: string;
  readonly service: string;
}

/** A metric that the functions of a service write themselves. */
export function serviceMetric(
  { backbone, service }: MetricOwner,
  metricName: ServiceMetricName,
  statistic: 'Sum' | 'Maximum' | 'SampleCount' | 'p99' = 'Sum',
): Metric {
  return new Metric({ namespace: NAMESPACE, metricName, dimensionsMap: { backbone, service }, statistic, period: Duration.minutes(5) });
}
