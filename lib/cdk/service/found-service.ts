import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Function as AnyFunction, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { parameterNames } from '../../contract/deployment.ts';
import { grantSendCommand } from '../grants/grant-send-command.ts';

/** What others may be granted on a service; owned or found. */
export interface IChoreographyService {
  /** Allows sending the service's commands to its URL, and finding the URL. */
  grantSendCommand(grantee: IGrantable): Grant;
}

/** By which `ChoreographyService.fromName` finds a service. */
export interface ServiceLookup {
  /** Name of the backbone that it is deployed on. */
  readonly backbone: string;
  /** Name of the service, as its `defineService` has it. */
  readonly service: string;
}

/** A service that another stack deployed. CloudFormation reads what a grant needs from SSM at each deploy; nothing is exported. */
export class FoundService extends Construct implements IChoreographyService {
  readonly #names: ServiceLookup;
  #command: IFunction | undefined;

  constructor(scope: Construct, id: string, { backbone, service }: ServiceLookup) {
    super(scope, id);
    this.#names = { backbone, service };
  }

  /** The deploy fails where the service takes no commands at a URL, or is not deployed yet. */
  grantSendCommand(grantee: IGrantable): Grant {
    const { backbone, service } = this.#names;
    this.#command ??= AnyFunction.fromFunctionAttributes(this, 'Command', {
      functionArn: StringParameter.valueForStringParameter(this, `${parameterNames.commandFunctions(backbone)}/${service}`),
      skipPermissions: true, // what the caller may do is said in its own role: nothing here changes the function, which is another stack's
    });
    return grantSendCommand({ backbone, service, command: this.#command }, grantee);
  }
}
