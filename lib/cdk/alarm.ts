import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarmAction, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** What an alarm watches and what it says. */
export interface AlarmOptions {
  readonly metric: IMetric;
  /** The alarm rings at this value and above. */
  readonly threshold: number;
  /** Periods of the metric in a row. @default 1 */
  readonly periods?: number;
  /** What it means and what to do. */
  readonly description: string;
  readonly actions: readonly IAlarmAction[];
}

/** An alarm on something that must not happen; missing data is fine. */
export function addAlarm(scope: Construct, id: string, { metric, threshold, periods = 1, description, actions }: AlarmOptions): Alarm {
  const alarm = new Alarm(scope, id, {
    metric,
    threshold,
    evaluationPeriods: periods,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: description,
  });
  if (actions.length > 0) alarm.addAlarmAction(...actions);
  return alarm;
}

/** Minutes that a message may stay in a dead-letter queue: its consumer drains it at once. */
const DRAINED_AFTER_MINUTES = 15;

/** Rings when messages stay in a dead-letter queue. */
export function addStuckQueueAlarm(
  scope: Construct,
  id: string,
  queue: IQueue,
  description: string,
  actions: readonly IAlarmAction[],
): Alarm {
  const metric = queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Minimum' });
  return addAlarm(scope, id, { metric, threshold: 1, periods: DRAINED_AFTER_MINUTES / 5, description, actions });
}
