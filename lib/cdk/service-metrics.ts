import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** Where the functions write (`lib/lambda/telemetry.ts`), with backbone and service as the only dimensions. */
const NAMESPACE = 'Choreography';

/** Names of the metrics that alarms and dashboards are made of. */
export type ServiceMetricName = 'ConsumerPaused' | 'DeadLetters' | 'DueFired' | 'Duplicates' | 'OutboxAge' | 'ParkedAge' | 'StuckSagas';

/** Whose metric it is, by names. */
export interface MetricOwner {
  readonly backbone: string;
  readonly service: string;
}

/** A metric that the functions of a service write themselves. */
export function serviceMetric(
  { backbone, service }: MetricOwner,
  metricName: ServiceMetricName,
  statistic: 'Sum' | 'Maximum' | 'SampleCount' = 'Sum',
): Metric {
  return new Metric({ namespace: NAMESPACE, metricName, dimensionsMap: { backbone, service }, statistic, period: Duration.minutes(5) });
}
