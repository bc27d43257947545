import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { misuse } from './misuse.ts';

/** What each app deploys, by what it is found by. */
const owners = new WeakMap<IConstruct, Map<string, IConstruct>>();

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
  const stack = Stack.of(scope);
  const owned = owners.get(scope.node.root) ?? new Map<string, IConstruct>();
  owners.set(scope.node.root, owned);
  const key = `${stack.environment} ${what}`;
  const owner = owned.get(key);
  if (!owner) {
    owned.set(key, scope);
    return;
  }
  const problem = `${what} is made by ${owner.node.path} already: give it to one construct, or name the two backbones apart`;
  if (sameEnvironment(Stack.of(owner), stack)) throw misuse(scope, 'DEPLOYED_TWICE', `${problem}.`);
  Annotations.of(scope).addWarningV2(
    `aws-choreography:DEPLOYED_TWICE:${what}`,
    `${problem}, unless their stacks go to different accounts or Regions.`,
  );
}
