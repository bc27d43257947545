import { ChoreographyError } from '../contract/errors.ts';
import type { Service } from '../contract/service.ts';
import type { Claim } from '../runtime/journal/claim.ts';
import type { ErrorRecord } from '../runtime/journal/dead-letter.ts';
import { keyText } from '../runtime/journal/item-key.ts';
import type { Unit, Write } from '../runtime/journal/unit.ts';
import type { Store } from '../runtime/ports/store.ts';

/** A store that refuses the first commit of each reaction, so that it runs twice, and keeps what both runs would have committed. */
export interface RerunProbe {
  readonly store: Store;
  /** From now on, until `check`. */
  arm(): void;
  /** @throws REDELIVERY_CHANGED when a second run came to something else than the first */
  check(service: Pick<Service, 'name'>, type: string): void;
}

interface Runs {
  readonly first: Unit;
  second?: Unit;
}

const claimIn = ({ writes }: Unit): (Write & { readonly kind: 'claim' }) | undefined => writes.find((write) => write.kind === 'claim');

/** Whether a team's code came to an end in this unit; `started`, requests and give-ups are the runtime's own steps. */
function isResult(unit: Unit): boolean {
  const claim = claimIn(unit)?.put;
  return claim?.emissions.some(({ commit, phase }) => commit === unit.id && phase !== 'give-up') ?? false;
}

/** What of a unit may not depend on when and how often the reaction runs. */
function contentOf(unit: Unit) {
  const claim = claimIn(unit)?.put as Claim;
  const emission = claim.emissions.find(({ commit }) => commit === unit.id);
  return {
    state: claim.state,
    data: claim.data,
    events: (emission?.events ?? []).map(({ id, type, data }) => ({ id, type, data })),
    scheduled: (emission?.scheduled ?? []).map(({ id, type, data, time }) => ({
      id,
      type,
      data,
      wait: Date.parse(time) - Date.parse(emission?.at ?? time),
    })),
    entities: unit.writes.flatMap((write) =>
      write.kind === 'entity' ? [{ name: `${write.key.entity} ${write.key.id}`, state: write.put?.state ?? null }] : [],
    ),
  };
}

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);
const typesOf = (events: readonly { readonly type: string }[]): string => events.map(({ type }) => type).join(', ') || 'nothing';

/** The error that the second run was given up with. */
function giveUpOf({ second }: Runs): ErrorRecord | undefined {
  for (const write of second?.writes ?? []) if (write.kind === 'dead-letter' && write.put.state !== 'closed') return write.put.error;
  return undefined;
}

/** The first difference in words, if there is one. */
function differenceOf({ first, second }: Runs): string | undefined {
  const [before, after] = [contentOf(first), second && contentOf(second)];
  if (!after) return 'did not end the second time';
  const error = giveUpOf({ first, second });
  // What it wrote blindly is known by the second run: the reaction is the same, and its error is the outcome of the test.
  if (error?.code === 'ENTITY_EXISTS') return undefined;
  if (error) return `ended as ${before.state} the first time and was given up the second with ${error.code} (${error.message})`;
  if (before.state !== after.state) return `ended as ${before.state} the first time and as ${after.state} the second`;
  for (const [list, verb] of [
    ['events', 'emitted'],
    ['scheduled', 'scheduled'],
  ] as const) {
    if (
      !same(
        before[list].map(({ type }) => type),
        after[list].map(({ type }) => type),
      )
    )
      return `${verb} ${typesOf(before[list])} the first time and ${typesOf(after[list])} the second`;
    const other = before[list].find((event, index) => !same(event, after[list][index]));
    if (other) return `${verb} ${other.type} with different data the second time`;
  }
  const other = [...before.entities, ...after.entities].find(
    ({ name, state }) => ![before, after].every(({ entities }) => entities.some((entity) => same(entity, { name, state }))),
  );
  if (other) return `wrote a different state of ${other.name} the second time`;
  return same(before.data, after.data) ? undefined : 'returned something else the second time';
}

/** Wraps a store. A client that changes something is called once: the second run gets the first one's answers. */
export function createRerunProbe(store: Store): RerunProbe {
  const runs = new Map<string, Runs>();
  let armed = false;
  const keyIn = (unit: Unit): string => keyText((claimIn(unit) as Write & { kind: 'claim' }).key);
  return {
    store: {
      ...store,
      async commit(units) {
        if (!armed) return store.commit(units);
        const fresh = units.filter((unit) => isResult(unit) && !runs.has(keyIn(unit)));
        for (const unit of fresh) runs.set(keyIn(unit), { first: unit });
        if (fresh.length > 0) return units.map(() => ({ status: 'conflict' }));
        for (const unit of units.filter(claimIn)) {
          const found = runs.get(keyIn(unit));
          if (found && !found.second) found.second = unit;
        }
        return store.commit(units);
      },
    },
    arm() {
      armed = true;
    },
    check(service, type) {
      armed = false;
      for (const found of runs.values()) {
        const difference = differenceOf(found);
        if (difference === undefined) continue;
        const reaction = claimIn(found.first)?.put.reaction;
        throw new ChoreographyError(
          'REDELIVERY_CHANGED',
          `${service.name}: ${reaction} ran twice for one ${type}, as it does when a commit is refused, and ${difference}. A reaction may run several times before it commits; let it use only the message, tx and its clients, and no outside variables, clocks or random numbers.`,
          { details: { service: service.name, reaction, type } },
        );
      }
    },
  };
}
