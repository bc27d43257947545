import { RemovalPolicy } from 'aws-cdk-lib';

/**
 * What stays when its stack goes, but not what a deploy made that failed: a registry or a schema left behind has the name that
 * the next try needs, and a stream is paid for. Tables stay in any case, as they are protected, and so does the key that they need.
 */
export function keptOnceMade(policy: RemovalPolicy): RemovalPolicy {
  return policy === RemovalPolicy.RETAIN ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : policy;
}
