import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { parameterNames } from '../../contract/deployment.ts';

/** Whose commands, by names, and the function that takes them at its URL. */
export interface CommandTarget {
  readonly backbone: string;
  readonly service: string;
  readonly command: IFunction;
}

/** Allows sending commands to the URL of the function, and finding the URL. */
export function grantSendCommand({ backbone, service, command }: CommandTarget, grantee: IGrantable): Grant {
  const resourceName = `${parameterNames.commands(backbone).slice(1)}/${service}`;
  const parameter = Stack.of(command).formatArn({ service: 'ssm', resource: 'parameter', resourceName });
  Grant.addToPrincipal({ grantee, actions: ['ssm:GetParameter'], resourceArns: [parameter] });
  return command.grantInvokeUrl(grantee);
}
