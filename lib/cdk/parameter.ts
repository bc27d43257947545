import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';

/** Writes one SSM parameter, plain and of the standard tier: names and addresses, no secrets. */
export function writeParameter(scope: Construct, id: string, parameterName: string, stringValue: string): StringParameter {
  return new StringParameter(scope, id, { parameterName, stringValue });
}
