// A deploy while messages are under way: for a while both deployments of a service run, each invocation in one of them.
import { defineEntity, type EntityType, type Reaction, type Service } from 'aws-choreography';
import type { AnyTransaction, RunnableReaction } from '../../lib/contract/reaction-checks.ts';
import { reactionsOf } from '../../lib/contract/service.ts';
import type { Random } from '../../lib/embedded/random.ts';
import { createRuntime } from '../../lib/runtime/create-runtime.ts';
import type { ServiceRuntime } from '../../lib/runtime/service-runtime.ts';
import { Shelf, type ShelfState } from './random-choreography.ts';
import type { Start, Variant } from './run.ts';
import { sideBySide } from './side-by-side.ts';

/** Milliseconds after the first process at which the deploy begins, at most. */
const BEGINS_MILLISECONDS_MAX = 8_000;
/** Milliseconds for which both run. */
const TOGETHER_MILLISECONDS = [0, 5_000, 300_000] as const;

/** The same shelf in another shape: who reads it as the old one takes it for empty. */
const NextShelf = defineEntity<{ held: number }>(Shelf.name, { version: 2, upgrade: { 1: ({ taken }: ShelfState) => ({ held: taken }) } });

/** What a reaction sees whose code still says `Shelf`. */
function inNextShape(tx: AnyTransaction): AnyTransaction {
  const entityOf = (entity: EntityType): EntityType => (entity === Shelf ? NextShelf : entity);
  return {
    ...tx,
    async get(entity, id) {
      const state = await tx.get(entityOf(entity), id);
      return entity === Shelf && state ? { taken: (state as { held: number }).held } : state;
    },
    put: (entity, id, state) => tx.put(entityOf(entity), id, entity === Shelf ? { held: (state as ShelfState).taken } : state),
    delete: (entity, id) => tx.delete(entityOf(entity), id),
  };
}

/** What a deploy may change of a reaction without being refused. */
function changed(reaction: RunnableReaction, random: Random, variant: Variant): Reaction {
  const { compensation, onGiveUp, ...kept } = reaction;
  const mayCallOnce = compensation && kept.callsOutside && variant !== 'outage'; // it would not outlast one
  const next: RunnableReaction = {
    ...kept,
    ...(mayCallOnce && random.chance(0.5) ? { delivery: 'at-most-once' } : {}),
    ...(onGiveUp && random.chance(0.5) ? { onGiveUp } : {}),
    retry: { ...kept.retry, attempts: 1 + random.integer(5) },
    react: (message, tx) => kept.react(message, inNextShape(tx)),
    ...(compensation
      ? { compensation: { ...compensation, undo: (trigger, tx, step) => compensation.undo(trigger, inNextShape(tx), step) } }
      : {}),
  };
  return next as unknown as Reaction;
}

function nextOf(service: Service, random: Random, variant: Variant): Service {
  return { ...service, reactions: reactionsOf(service).map((reaction) => changed(reaction, random.fork(reaction.name), variant)) };
}

/** Starts processes of both deployments. */
export function deploying(random: Random, variant: Variant, start: Start = createRuntime): Start {
  const begins = random.integer(BEGINS_MILLISECONDS_MAX);
  const ends = begins + random.pick(TOGETHER_MILLISECONDS);
  let first: number | undefined;
  return (options) => {
    const { clock, entropy } = options.ports;
    first ??= clock.now();
    const began = first;
    const before = start(options);
    const next = start({ ...options, service: nextOf(options.service as Service, random.fork(options.service.name), variant) });
    const chance = random.fork(`${options.service.name} ${entropy.uniqueId()}`);
    const current = (): ServiceRuntime => {
      const since = clock.now() - began;
      if (since < begins) return before;
      return since >= ends || chance.chance(0.5) ? next : before;
    };
    return sideBySide(current);
  };
}
