import { client, defineReaction, defineService } from 'aws-choreography';
import { begun, failed } from '../../operations/desk.ts';
import { createRig, type RigOptions } from '../../operations/rig.ts';

/** A till that takes money and gives it back; each of it fails, or takes its time, as the test says. `services`: others beside it. */
export function createTill({ services = [], ...options }: RigOptions = {}) {
  const broken: { take?: Error; giveBack?: Error; held?: Promise<void> } = {};
  const drawer = {
    async move(what: 'take' | 'giveBack') {
      await broken.held;
      if (broken[what]) throw broken[what];
    },
  };
  const till = defineService({
    name: 'till',
    reactions: [
      defineReaction({
        name: 'take',
        on: begun,
        clients: { drawer: client<typeof drawer>() },
        async react(_event, tx) {
          await tx.clients.drawer.move('take');
        },
        compensation: {
          on: failed,
          async undo(_event, tx) {
            await tx.clients.drawer.move('giveBack');
          },
        },
      }),
    ],
  });
  return Object.assign(createRig({ ...options, services: [till, ...services], clients: { drawer } }), { broken });
}
