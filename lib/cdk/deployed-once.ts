import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { madeBefore } from './made-once.ts';
import { misuse } from './misuse.ts';

/** Whether two stacks are sure to end up in one account and Region: without `env`, a profile decides that at the deploy. */
function sameEnvironment(left: Stack, right: Stack): boolean {
  if (left === right) return true;
  const isKnown = !Token.isUnresolved(left.account) && !Token.isUnresolved(left.region);
  return isKnown && left.environment === right.environment;
}

/**
 * Only one construct in all stacks of an app may make what others find by its name: the deploy of a second one would fail
 * half-way, at a parameter that exists already. @throws DEPLOYED_TWICE
 */
export function deployedOnce(scope: Construct, what: string): void {
  const owner = madeBefore(scope.node.root, scope, what);
  if (!owner) return;
  const problem = `${what} is made by ${owner.node.path} already: give it to one construct, or name the two backbones apart`;
  if (sameEnvironment(Stack.of(owner), Stack.of(scope))) throw misuse(scope, 'DEPLOYED_TWICE', `${problem}.`);
  Annotations.of(scope).addWarningV2(
    `aws-choreography:DEPLOYED_TWICE:${what}`,
    `${problem}, unless their stacks go to different accounts or Regions.`,
  );
}
