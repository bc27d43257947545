import { Duration } from 'aws-cdk-lib';
import type { IAlarmAction, IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { addAlarm, addSilenceAlarm, addStuckQueueAlarm } from '../alarm.ts';
import { type MetricOwner, serviceMetric } from './service-metrics.ts';
import type { ServiceQueues } from './service-queues.ts';

/** What `ServiceAlarms` takes. */
export interface ServiceAlarmsProps extends MetricOwner {
  readonly worker: IFunction;
  readonly queues: ServiceQueues;
  /** How far the service is behind, in milliseconds or seconds as AWS counts. */
  readonly lag: IMetric;
  readonly lagMax: Duration;
  /** How old a message may get until AWS gives up on it. */
  readonly keptFor: Duration;
  readonly lagUnit: 'milliseconds' | 'seconds';
  /** The backbone has an operator function, which counts the sagas that wait in the service. */
  readonly stuckCounted: boolean;
  readonly actions: readonly IAlarmAction[];
}

const OUTBOX_AGE_MINUTES = 5;
/** As long as a reaction without `onGiveUp` is tried at least. */
const PARKED_AGE_MINUTES = 15;
/** From when on `choreo saga list --stuck` shows a saga. */
const STUCK_AFTER_MINUTES = 15;
const minutes = (count: number) => ({ period: Duration.minutes(count) });

/** One alarm for each way in which a service can be in trouble. */
export class ServiceAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ServiceAlarmsProps) {
    super(scope, id);
    this.#lag(props);
    this.#transport(props);
    this.#runtime(props);
  }

  #lag({ service, backbone, lag, lagMax, lagUnit, keptFor, actions }: ServiceAlarmsProps): void {
    const inUnit = (span: Duration) => (lagUnit === 'seconds' ? span.toSeconds() : span.toMilliseconds());
    const look = `Look: choreo consumer list ${service} --backbone ${backbone}`;
    addAlarm(this, 'Lag', {
      metric: lag,
      threshold: inUnit(lagMax),
      periods: 3,
      description: `${service} is more than ${lagMax.toHumanString()} behind. ${look}`,
      actions,
    });
    // Who paused it knows of the alarm on lag, and hears no second one before messages are given up.
    addAlarm(this, 'FarBehind', {
      metric: lag,
      threshold: inUnit(keptFor) / 2,
      periods: 3,
      description: `${service} is behind by half of the time after which AWS gives up on its messages (${keptFor.toHumanString()}), perhaps as it is paused. ${look}`,
      actions,
    });
  }

  #transport({ service, worker, queues, actions }: ServiceAlarmsProps): void {
    addAlarm(this, 'Errors', {
      metric: worker.metricErrors({ ...minutes(5), statistic: 'Sum' }),
      threshold: 1,
      periods: 3,
      description: `The worker of ${service} keeps failing as a whole (time, memory, start), and the sweep with it: see its log.`,
      actions,
    });
    const stuck = `AWS gave up on messages of ${service}, and its worker does not turn them into dead letters: see its log.`;
    addStuckQueueAlarm(this, 'DeadLetterQueue', queues.deadLetters, stuck, actions);
    addStuckQueueAlarm(this, 'ReplayDeadLetterQueue', queues.replayDeadLetters, stuck, actions);
  }

  #runtime({ backbone, service, stuckCounted, actions }: ServiceAlarmsProps): void {
    const owner = { backbone, service };
    addAlarm(this, 'DeadLetters', {
      metric: serviceMetric(owner, 'DeadLetters'),
      threshold: 1,
      description: `${service} gave up on a message. Look: choreo dead-letter list ${service} --backbone ${backbone}`,
      actions,
    });
    addAlarm(this, 'OutboxAge', {
      metric: serviceMetric(owner, 'OutboxAge', 'Maximum'),
      threshold: OUTBOX_AGE_MINUTES * 60_000,
      description: `Events of ${service} are committed and have not been published for ${OUTBOX_AGE_MINUTES} minutes: see the worker's log for what the stream answers.`,
      actions,
    });
    // Each sweep says how much that was due it has fired, also if that was nothing.
    addSilenceAlarm(this, 'Sweep', {
      metric: serviceMetric(owner, 'DueFired', 'SampleCount'),
      what: `${service} has not been swept`,
      so: 'deadlines do not fire, and events of a process that died are not published',
      actions,
    });
    addAlarm(this, 'ConsumerPaused', {
      metric: serviceMetric(owner, 'ConsumerPaused'),
      threshold: 1,
      description: `${service} gave up so often that it paused itself. When the cause is gone: choreo consumer resume ${service} --backbone ${backbone}`,
      actions,
    });
    addAlarm(this, 'ParkedAge', {
      metric: serviceMetric(owner, 'ParkedAge', 'Maximum'),
      threshold: PARKED_AGE_MINUTES * 60_000,
      description: `A saga has been parked in ${service} for ${PARKED_AGE_MINUTES} minutes: something that it calls is not available. Look: choreo saga list --stuck --backbone ${backbone}`,
      actions,
    });
    if (!stuckCounted) return;
    addAlarm(this, 'StuckSagas', {
      metric: serviceMetric(owner, 'StuckSagas', 'Maximum'),
      threshold: 1,
      description: `Sagas wait in ${service} for more than ${STUCK_AFTER_MINUTES} minutes: an open step, or a message that it never took. Look: choreo saga list --stuck --backbone ${backbone}`,
      actions,
    });
  }
}
