import { sendCommand } from '../../operations/send-command.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import type { CommandInput } from './inputs.ts';
import type { World } from './world.ts';

/** Opens a backbone on AWS, or in an emulator, with the rights of whoever runs the command. */
export async function openAwsWorld(backbone: string, who: string, endpoint?: string): Promise<World> {
  const { commandPorts, createCommandSender } = await import('../../aws/commands/command-client.ts');
  const { openOperatorAccess } = await import('../../aws/operator/operator-access.ts');
  const { openWith, operatorClients } = await import('../../aws/operator/operator-clients.ts');
  const { registeredSchemas } = await import('../../aws/operator/registered-schemas.ts');
  return openWith(operatorClients(endpoint), async (clients) => {
    const access = await openOperatorAccess<ServiceManifest>({ backbone, who, clients, openSchemas: registeredSchemas });
    // Without a key the service refuses it: one that was made up here would be gone with a process that gets no answer.
    async function send({ idempotencyKey = '', ...input }: CommandInput) {
      return sendCommand(access, { ...input, idempotencyKey }, (service) => {
        const address = { service, backbone };
        return createCommandSender(address, commandPorts(address, clients))(input.command, input.data, idempotencyKey);
      });
    }
    return { access, inputs: { send }, finish: (work) => work, changed: async () => {}, close: clients.destroy, still: false };
  });
}
