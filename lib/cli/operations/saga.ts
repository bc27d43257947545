import { sagaOf } from '../../operations/sagas/saga.ts';
import { type StuckFinding, type StuckPage, type StuckQuery, stuckSagas } from '../../operations/sagas/stuck.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import type { Answer, CommandContext, Program } from '../command.ts';
import { exitCodes, notFoundError, usageError } from '../failure.ts';
import { duration, whole } from '../option-values.ts';
import type { World } from '../world/world.ts';
import { addGroup, given, inWorld, operate } from './operation.ts';
import { mermaidText, stuckText, timelineText, treeText } from './saga-text.ts';

const FINDINGS = 100;
const FINDINGS_MAX = 10_000;

async function manifestsOf({ access, finish }: World): Promise<readonly ServiceManifest[]> {
  const consumers = await finish(access.consumers());
  return consumers.flatMap(({ manifest }) => manifest ?? []);
}

function addShow(group: Program, context: CommandContext): void {
  const command = group
    .command('show')
    .description('show one saga across all services: what happened, what waits, and what is still to come')
    .argument('<correlation id>', 'as in every message of the saga')
    .option('--timeline', 'in order of time instead of as a tree')
    .option('--mermaid', 'as a Mermaid sequence diagram');
  inWorld(command);
  command.action(async (id, { timeline, mermaid }, self) => {
    await operate(context, self.optsWithGlobals(), 'saga show', async (world) => {
      const saga = await world.finish(sagaOf(world.access, id, await manifestsOf(world)));
      if (saga.status === 'unknown')
        throw notFoundError(
          `No service knows the saga ${id}.`,
          'No journal has a claim or a message of it; they expire.',
          'Check the correlation id.',
        );
      const text: Answer['text'] = (paint) => (mermaid ? mermaidText(saga) : timeline ? timelineText(saga, paint) : treeText(saga, paint));
      return { text, data: saga };
    });
  });
}

/** All pages, up to a number of findings. */
async function findStuck(
  world: World,
  olderThanSeconds: number | undefined,
  limit: number,
): Promise<{ readonly items: readonly StuckFinding[]; readonly looked: number; readonly more: boolean }> {
  const manifests = await manifestsOf(world);
  const items: StuckFinding[] = [];
  let looked = 0;
  let cursor: string | undefined;
  do {
    const query: StuckQuery = given({ olderThanSeconds, cursor });
    const page: StuckPage = await world.finish(stuckSagas(world.access, manifests, query));
    items.push(...page.items);
    looked += page.looked;
    cursor = page.cursor;
  } while (cursor !== undefined && items.length < limit);
  return { items: items.slice(0, limit), looked, more: cursor !== undefined || items.length > limit };
}

function addList(group: Program, context: CommandContext): void {
  const command = group
    .command('list')
    .description('list stuck sagas: which service, which event is missing, since when; exits with 3 if there are any')
    .option('--stuck', 'required, since only stuck sagas can be listed')
    .option('--older-than <duration>', 'stuck for at least this long (default: 15m)', duration)
    .option('--limit <number>', 'how many findings at most', whole(1, FINDINGS_MAX), FINDINGS);
  inWorld(command);
  command.action(async ({ stuck, olderThan, limit }, self) => {
    if (!stuck)
      throw usageError(
        'Say which sagas to list.',
        'Only those that are stuck can be listed.',
        'Write choreo saga list --stuck, or choreo saga show <correlation id>.',
      );
    await operate(context, self.optsWithGlobals(), 'saga list', async (world) => {
      const found = await findStuck(world, olderThan, limit);
      const now = world.access.clock.now();
      return {
        text: (paint, next) => stuckText(found.items, found.looked, now, paint, next),
        data: found,
        exit: found.items.length > 0 ? exitCodes.problems : exitCodes.done,
      };
    });
  });
}

/** Adds `choreo saga …`. */
export function addSaga(program: Program, context: CommandContext): void {
  const group = addGroup(program, 'saga', 'show a saga across all services, and sagas that are stuck');
  addShow(group, context);
  addList(group, context);
}
