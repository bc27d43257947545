// Events and step data of all sizes up to what is allowed: what fits alone may not fit together.
import type { Reaction, Service } from 'aws-choreography';
import type { AnyTransaction, RunnableReaction } from '../../lib/contract/reaction-checks.ts';
import { reactionsOf } from '../../lib/contract/service.ts';
import { hash32, type Random } from '../../lib/embedded/random.ts';

/** Characters that an event, or what a step remembers, is longer by, at most. */
const EVENT_LONGER = [0, 20_000, 120_000, 250_000] as const;
const STEP_LONGER = [0, 100_000, 340_000] as const;

/** How much longer texts are, by a name: the same in each run of a reaction. */
type Padding = (name: string) => { readonly pad: string };

function paddingOf(random: Random, sizes: readonly number[]): Padding {
  const most = random.pick(sizes);
  const seed = random.integer(1_000_000);
  return (name) => ({ pad: '.'.repeat(most === 0 ? 0 : hash32(name, seed) % most) });
}

function padded(tx: AnyTransaction, longer: Padding): AnyTransaction {
  const more = (type: string, data: unknown) => ({ ...(data as { id: string }), ...longer(`${type} ${(data as { id: string }).id}`) });
  return {
    ...tx,
    emit: (event, data) => tx.emit(event, more(event.type, data)),
    schedule: (event, data, options) => tx.schedule(event, more(event.type, data), options),
    fail: (event, data) => tx.fail(event, more(event.type, data)),
  };
}

function large(reaction: RunnableReaction, event: Padding, step: Padding): Reaction {
  const { compensation, onGiveUp, ...kept } = reaction;
  const next: RunnableReaction = {
    ...kept,
    async react(message, tx) {
      const result = (await kept.react(message, padded(tx, event))) as { id?: string } | undefined;
      return compensation && result?.id ? { ...result, ...step(`${kept.name} ${result.id}`) } : result;
    },
    ...(onGiveUp ? { onGiveUp: (message, tx, error) => onGiveUp(message, padded(tx, event), error) } : {}),
    ...(compensation
      ? { compensation: { ...compensation, undo: (trigger, tx, data) => compensation.undo(trigger, padded(tx, event), data) } }
      : {}),
  };
  return next as unknown as Reaction;
}

/** Services whose reactions send and remember more than they need to. */
export function withLargeData(services: readonly Service[], random: Random): readonly Service[] {
  const [event, step] = [paddingOf(random.fork('events'), EVENT_LONGER), paddingOf(random.fork('steps'), STEP_LONGER)];
  return services.map((service) => ({ ...service, reactions: reactionsOf(service).map((reaction) => large(reaction, event, step)) }));
}
