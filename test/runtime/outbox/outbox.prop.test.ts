import { defineReaction, defineService, type Envelope } from 'aws-choreography';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PublishOutcome } from '../../../lib/runtime/ports/publisher.ts';
import { type CommitFault, createRig, event, letters, lostAfter, lostBefore, messageOf, pass, type Rig, throttled } from '../rig.ts';
import { begun, failed, speak } from './speaker.ts';

const noted = event('NoteTaken');

const note = defineReaction({
  name: 'note',
  on: [begun, failed],
  emits: [noted],
  react({ data: { id } }, tx) {
    tx.emit(noted, { id: `${id}-a` });
    tx.emit(noted, { id: `${id}-b` });
  },
});
const service = defineService({ name: 'speaker', reactions: [speak, note] });

/** Sagas in play: few, so that batches meet what earlier ones left. */
const SAGAS = 6;
const RUNS = 200;

/** Some units of a transaction meet a conflict, by their places in it; the others were fine. */
const collide =
  (victims: number): CommitFault =>
  async (units) =>
    units.map((_, index) => ({ status: (victims >> (index % SAGAS)) % 2 === 1 ? 'conflict' : 'cancelled' }));

/** Some events are not taken, or never will be, by the letters in their ids. */
const some =
  (status: 'retry' | 'refused', part: number) =>
  (events: readonly Envelope[]): readonly PublishOutcome[] =>
    events.map(({ id }): PublishOutcome => {
      if (id.charCodeAt(0) % 3 !== part) return { status: 'published' };
      return status === 'retry' ? { status, reason: 'throttled' } : { status, code: 'TOO_LARGE', message: 'too large' };
    });

const conflicts = fc.integer({ min: 1, max: 2 ** SAGAS - 1 }).map(collide);
const commitFault = fc.oneof({ weight: 3, arbitrary: fc.constant(pass) }, fc.constantFrom(lostAfter, lostBefore, throttled), conflicts);
const publishFault = fc.oneof(
  fc.constant(() => new Error('down')),
  fc
    .tuple(fc.constantFrom('retry' as const, 'refused' as const), fc.integer({ min: 0, max: 2 }))
    .map(([status, part]) => some(status, part)),
);
interface Step {
  /** The number of a saga, and whether it is its failure. */
  readonly messages: readonly (readonly [number, boolean])[];
  readonly commits: readonly CommitFault[];
  readonly publishing: Rig['publishing'];
  /** Publish calls after which the process dies. */
  readonly diesAfter: number | null;
  readonly twice: boolean;
  readonly sweep: boolean;
}
const step: fc.Arbitrary<Step> = fc.record({
  messages: fc.array(fc.tuple(fc.integer({ min: 0, max: SAGAS - 1 }), fc.boolean()), { maxLength: 8 }),
  commits: fc.oneof(fc.array(commitFault, { maxLength: 6 }), fc.tuple(fc.constant(lostAfter), conflicts)),
  publishing: fc.array(publishFault, { maxLength: 4 }),
  diesAfter: fc.option(fc.nat({ max: 3 })),
  twice: fc.boolean(),
  sweep: fc.boolean(),
});

/** Commits with events that neither went out nor have a dead letter instead. */
function owed({ store, published }: Rig): readonly string[] {
  const out = new Set([...published.map(({ id }) => id), ...store.allDeadLetters().map(({ message }) => message?.id)]);
  return store
    .allClaims()
    .flatMap(({ emissions }) => emissions)
    .filter(({ events }) => events.some(({ id }) => !out.has(id)))
    .map(({ commit }) => commit);
}

/** Commits that markers name. */
async function named({ store }: Rig): Promise<readonly string[]> {
  const markers = await store.listOutbox({ before: Number.MAX_SAFE_INTEGER, limit: Number.MAX_SAFE_INTEGER });
  return markers.flatMap(({ entries }) => entries.map(({ commit }) => commit));
}

async function carryOut(rig: Rig, { messages, commits, publishing, diesAfter, twice, sweep }: Step): Promise<void> {
  const dies = () => {
    rig.die();
    return new Error('dead');
  };
  const answers = diesAfter === null ? publishing : [...publishing.slice(0, diesAfter), dies];
  rig.commits.splice(0, rig.commits.length, ...commits);
  rig.publishing.splice(0, rig.publishing.length, ...answers);
  const bodies = messages.map(([saga, isFailure]) =>
    messageOf(isFailure ? failed : begun, `${isFailure ? 'f' : 'o'}-${saga}`, { correlationid: `saga-${saga}` }),
  );
  // The same batch in two processes at once, the sweep of a third among them.
  const others = twice ? [rig.deliver(...bodies), rig.sweep()] : [];
  await Promise.allSettled([rig.deliver(...bodies), ...others]);
  rig.restart();
  rig.later(31);
  if (sweep) await rig.sweep();
  rig.restart();
}

test('whatever happens to commits, publishing and the process: what is committed goes out, and then no marker is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), fc.integer({ min: 3, max: 12 }), async (steps, most) => {
      const rig = createRig(service, { settings: { transactionWritesMax: most } });
      for (const one of steps) {
        await carryOut(rig, one);
        expect(await named(rig)).toEqual(expect.arrayContaining([...owed(rig)]));
      }
      await carryOut(rig, { messages: [], commits: [], publishing: [], diesAfter: null, twice: false, sweep: true });
      expect([owed(rig), await named(rig)]).toEqual([[], []]);
      expect(letters(rig).filter((letter) => letter.startsWith('OUTBOX_ORPHAN'))).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});
