import { knownManifests } from '../../operations/access.ts';
import { sagaOf } from '../../operations/sagas/saga.ts';
import type { Answer, CommandContext, Program } from '../command.ts';
import { notFoundError } from '../failure.ts';
import { worldWords } from '../world/next-command.ts';
import type { WorldOptions } from '../world/world.ts';
import { addGroup, inWorld, operate } from './operation.ts';
import { addSagaList } from './saga-list.ts';
import { mermaidText, timelineText, treeText } from './saga-text.ts';

function addShow(group: Program, context: CommandContext): void {
  const command = group
    .command('show')
    .description('show one saga across all services: what happened, what waits, and what is still to come')
    .argument('<correlation id>', 'as in every message of the saga')
    .option('--timeline', 'in order of time instead of as a tree')
    .option('--mermaid', 'as a Mermaid sequence diagram')
    .option('--html', 'as an HTML page that needs nothing else, to keep or to send');
  inWorld(command);
  command.action(async (id, { timeline, mermaid, html }, self) => {
    await operate(context, self.optsWithGlobals(), 'saga show', async (world) => {
      const manifests = await world.finish(knownManifests(world.access));
      const saga = await world.finish(sagaOf(world.access, id, manifests));
      if (saga.status === 'unknown')
        throw notFoundError(
          `No service knows the saga ${id}.`,
          'No journal has a claim or a message of it; they expire.',
          'Check the correlation id: choreo saga list shows those of recent sagas.',
        );
      if (html) {
        const { sagaDocument } = await import('../../page/saga/saga-document.tsx');
        const page = sagaDocument(saga, manifests, world.access.clock.now(), worldWords(self.optsWithGlobals() as WorldOptions));
        return { text: () => page, data: saga };
      }
      const text: Answer['text'] = (paint) => (mermaid ? mermaidText(saga) : timeline ? timelineText(saga, paint) : treeText(saga, paint));
      return { text, data: saga };
    });
  });
}

/** Adds `choreo saga …`. */
export function addSaga(program: Program, context: CommandContext): void {
  const group = addGroup(program, 'saga', 'show a saga across all services, and list recent or stuck ones');
  addShow(group, context);
  addSagaList(group, context);
}
