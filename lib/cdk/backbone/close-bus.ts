import { Stack } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { AnyPrincipal, type Conditions, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * Refuses events of everybody else, whatever their own policies allow. With publishers: only these roles. Without: everybody
 * in this account, whose own policies then say what. AWS itself may always publish, for the replays of an archive.
 */
export function closeBus(bus: EventBus, publishers?: readonly string[]): void {
  const others: Conditions = publishers
    ? { ArnNotLike: { 'aws:PrincipalArn': [...publishers] } }
    : { StringNotEquals: { 'aws:PrincipalAccount': Stack.of(bus).account } };
  bus.addToResourcePolicy(
    new PolicyStatement({
      sid: 'UnknownPublishers',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['events:PutEvents'],
      resources: [bus.eventBusArn],
      conditions: { ...others, Bool: { 'aws:PrincipalIsAWSService': 'false' } },
    }),
  );
}
