import type { RemovalPolicy } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** What a function's log group is made by. */
export interface FunctionLogs {
  /** @default RetentionDays.SIX_MONTHS */
  readonly logRetention?: RetentionDays;
  /** @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** Those of them that are given, out of properties that have more. */
export function functionLogs({ logRetention, removalPolicy }: FunctionLogs): FunctionLogs {
  return { ...(logRetention === undefined ? {} : { logRetention }), ...(removalPolicy === undefined ? {} : { removalPolicy }) };
}
