import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** Where the functions write (`lib/lambda/telemetry.ts`), with the service as the only dimension. */
const NAMESPACE = 'Choreography';

/** Names of the metrics that alarms and dashboards are made of. */
export type ServiceMetricName = 'ConsumerPaused' | 'DeadLetters' | 'DueFired' | 'Duplicates' | 'OutboxAge' | 'ParkedAge' | 'StuckSagas';

/** A metric that the functions of a service write themselves. */
export function serviceMetric(
  service: string,
  metricName: ServiceMetricName,
  statistic: 'Sum' | 'Maximum' | 'SampleCount' = 'Sum',
): Metric {
  return new Metric({ namespace: NAMESPACE, metricName, dimensionsMap: { service }, statistic, period: Duration.minutes(5) });
}
