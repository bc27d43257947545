import { commandType, defineReaction, defineService } from 'aws-choreography';
import { expect, test } from 'vitest';
import type { Envelope } from '../../lib/contract/envelope.ts';
import { editDeadLetter } from '../../lib/operations/dead-letters/edit.ts';
import { redriveDeadLetters } from '../../lib/operations/dead-letters/redrive.ts';
import { resolveDeadLetter } from '../../lib/operations/dead-letters/resolve.ts';
import { never } from './desk.ts';
import { createRig } from './rig.ts';

const WriteLabel = commandType<'WriteLabel', { text: string }, { printed: string }>({
  type: 'WriteLabel',
  version: 1,
  schema: { uri: 'urn:aws-choreography:WriteLabel:1', sensitive: [], validate: () => [] },
});
const printer = defineService({
  name: 'order',
  reactions: [
    defineReaction({
      name: 'writeLabel',
      on: WriteLabel,
      react({ data: { text } }) {
        if (text.length > 3) throw never('too long', 'TOO_LONG');
        return { printed: text };
      },
    }),
  ],
});

test('who repeats a command that an operator has corrected hears what became of it, and who sends something else that the key is taken', async () => {
  const rig = createRig({ services: [printer] });
  const send = (text: string) => rig.send(WriteLabel, { text }, 'key-1');
  expect(await send('parcel')).toMatchObject({ ok: false, code: 'TOO_LONG' });
  const [letter] = rig.store('order').allDeadLetters();
  const message = { ...(letter?.message as Envelope), data: { text: 'box' } };
  await rig.run(editDeadLetter(rig.access, { consumer: 'order', id: letter?.id ?? '', message, reason: 'it does not fit' }));
  expect(await send('parcel')).toMatchObject({ ok: false, code: 'TOO_LONG' });

  await rig.run(redriveDeadLetters(rig.access, { consumer: 'order' }));
  await rig.settle();

  expect(await send('parcel')).toMatchObject({ ok: true, answer: { printed: 'box' } });
  expect(await send('bag')).toMatchObject({ ok: false, code: 'ID_REUSED' });
  expect(rig.store('order').allDeadLetters()).toMatchObject([{ id: letter?.id, state: 'closed' }]);
});

test('who repeats a command that an operator has closed as failed, without an event, hears a whole sentence', async () => {
  const rig = createRig({ services: [printer] });
  await rig.send(WriteLabel, { text: 'parcel' }, 'key-1');
  const [letter] = rig.store('order').allDeadLetters();
  await rig.run(resolveDeadLetter(rig.access, { consumer: 'order', id: letter?.id ?? '', as: 'failed', reason: 'no label today' }));
  expect(await rig.send(WriteLabel, { text: 'parcel' }, 'key-1')).toMatchObject({ code: 'COMMAND_FAILED', message: 'The command failed.' });
});
