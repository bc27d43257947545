import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarmAction, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** What an alarm watches and what it says. */
export interface AlarmOptions {
  readonly metric: IMetric;
  /** The alarm rings at this value and above, or below it if `below`. */
  readonly threshold: number;
  /** It is about something that must happen: it rings below the threshold, and no data is bad news. @default false */
  readonly below?: boolean;
  /** Periods of the metric in a row. @default 1 */
  readonly periods?: number;
  /** What it means and what to do. */
  readonly description: string;
  readonly actions: readonly IAlarmAction[];
}

/** An alarm on something that must not happen, where missing data is fine, or on something that must. */
export function addAlarm(scope: Construct, id: string, options: AlarmOptions): Alarm {
  const { metric, threshold, below = false, periods = 1, description, actions } = options;
  const alarm = new Alarm(scope, id, {
    metric,
    threshold,
    evaluationPeriods: periods,
    comparisonOperator: below ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
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

/** Minutes without a tick after which its alarm rings: a deploy, or a few that are lost, are nothing yet. */
const SILENT_AFTER_MINUTES = 15;

/** What is to happen each minute, and what it means when it does not. */
export interface SilenceAlarmOptions {
  /** Counts it, in periods of five minutes. */
  readonly metric: IMetric;
  /** What has not happened, as a sentence that a span of time ends. */
  readonly what: string;
  /** What follows from that. */
  readonly so: string;
  readonly actions: readonly IAlarmAction[];
}

/** Rings when what is to happen each minute has stopped. */
export function addSilenceAlarm(scope: Construct, id: string, { metric, what, so, actions }: SilenceAlarmOptions): Alarm {
  const look = 'Look for throttles of the function, and whether the rule of its tick is enabled.';
  const description = `${what} for ${SILENT_AFTER_MINUTES} minutes: ${so}. ${look}`;
  return addAlarm(scope, id, { metric, threshold: 1, below: true, periods: SILENT_AFTER_MINUTES / 5, description, actions });
}
