import { RemovalPolicy } from 'aws-cdk-lib';

/**
 * For what stays when its stack is deleted, but not when the deploy that makes it fails: a registry or a schema that is left
 * behind has the name that the next try needs, and a stream costs money. Tables stay in any case, as they are protected, and
 * so does the key that they need.
 */
export function keptOnceMade(policy: RemovalPolicy): RemovalPolicy {
  return policy === RemovalPolicy.RETAIN ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : policy;
}
