import type { BackboneAddress } from '../../contract/deployment.ts';
import type { OperatorPorts } from '../../runtime/ports/operator-ports.ts';
import type { AwsClients } from '../calls/clients.ts';
import { sdkErrorText } from '../calls/sdk-error.ts';

/** The operator function of a backbone, where it has one; an operator without the right to invoke it is told so, and waits for its tick. */
export function platformOf(clients: AwsClients, { operator }: BackboneAddress): Pick<OperatorPorts<never>, 'platform'> {
  if (operator === undefined) return {};
  return {
    platform: {
      async wake() {
        // Only who wakes it needs this client; the function itself never does.
        const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
        const Payload = new TextEncoder().encode(JSON.stringify({ task: 'tick' }));
        const command = new InvokeCommand({ FunctionName: operator, InvocationType: 'Event', Payload });
        return clients
          .of(LambdaClient)
          .send(command)
          .then(
            () => ({ woken: true }),
            (error: unknown) => ({ woken: false, reason: sdkErrorText(error) }),
          );
      },
    },
  };
}
