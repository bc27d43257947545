import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { expectFindings } from '../expected-finding.ts';

/** Invokes a function each minute with `{ "task": … }`. One that is late is dropped: the next minute brings another one. */
export function addMinuteTick(
  scope: Construct,
  id: string,
  { target, task, description }: { readonly target: IFunction; readonly task: string; readonly description: string },
): void {
  const event = RuleTargetInput.fromObject({ task });
  const rule = new Rule(scope, id, {
    schedule: Schedule.rate(Duration.minutes(1)),
    description,
    targets: [new LambdaFunction(target, { event, retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
  });
  expectFindings(rule, 'A tick that is lost is made up for by the next one, a minute later.', ['Serverless-EventBusDLQ']);
}
