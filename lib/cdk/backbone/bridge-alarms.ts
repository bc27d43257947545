import { Duration } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { addAlarm } from '../alarm.ts';
import type { Bridge } from './bridge.ts';

/** How far the bridge may be behind. */
const LAG_MINUTES = 5;

/** Rings when the bus gets no events, late events, or some of them never. */
export function addBridgeAlarms(bridge: Bridge, backbone: string, actions: readonly IAlarmAction[]): void {
  const age = bridge.function.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) });
  addAlarm(bridge, 'LagAlarm', {
    metric: age,
    threshold: LAG_MINUTES * 60_000,
    periods: 5,
    description: `The bridge of ${backbone} is behind: services on the bus get events late. See its log for errors and throttles.`,
    actions,
  });
  addAlarm(bridge, 'DeadLetterAlarm', {
    metric: bridge.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' }),
    threshold: 1,
    description: `The bridge of ${backbone} gave up on a record: look into its dead-letter queue.`,
    actions,
  });
  addAlarm(bridge, 'ErrorAlarm', {
    metric: bridge.function.metricErrors({ period: Duration.minutes(5), statistic: 'Sum' }),
    threshold: 1,
    periods: 3,
    description: `The bridge of ${backbone} keeps failing: see its log.`,
    actions,
  });
}
