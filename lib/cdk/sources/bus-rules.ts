import { type EventPattern, type IEventBus, type IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** What `BusRules` takes. */
export interface BusRulesProps {
  readonly bus: IEventBus;
  readonly description: string;
  readonly patterns: readonly EventPattern[];
  /** Gets the whole event. */
  readonly queue: IQueue;
  /** Gets what EventBridge could not deliver. */
  readonly deadLetterQueue: IQueue;
}

/** EventBridge's own maximum; the queue takes events at once or something is badly wrong. */
const RETRY_ATTEMPTS = 185;
const RETRY_SECONDS = 86_400;

function allow(queue: IQueue, rule: Rule): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
    }),
  );
}

/** Rules that bring events of a bus into a queue, each with its only target. The queue takes events of these rules alone. */
export class BusRules extends Construct {
  constructor(scope: Construct, id: string, { bus, description, patterns, queue, deadLetterQueue }: BusRulesProps) {
    super(scope, id);
    // Not the target of the CDK: for an encrypted queue it lets every rule of the account in, or of any account, as flags say.
    const target: IRuleTarget = {
      bind: () => ({
        arn: queue.queueArn,
        deadLetterConfig: { arn: deadLetterQueue.queueArn },
        retryPolicy: { maximumRetryAttempts: RETRY_ATTEMPTS, maximumEventAgeInSeconds: RETRY_SECONDS },
      }),
    };
    for (const [index, eventPattern] of patterns.entries()) {
      const rule = new Rule(this, `Rule${index + 1}`, { eventBus: bus, eventPattern, description, targets: [target] });
      allow(queue, rule);
      allow(deadLetterQueue, rule);
    }
  }
}
