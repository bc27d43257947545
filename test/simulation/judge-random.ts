import type { MemoryStore } from '../../lib/embedded/memory-store.ts';
import type { Claim } from '../../lib/runtime/journal/claim.ts';
import { type RandomChoreography, type Saga, SHELF_SIZE, SHELVES } from './random-choreography.ts';

/** What is looked at when a run has ended. */
export interface Journals {
  store(service: string): MemoryStore;
}

/** How a saga ended; `parked`: not ended, but visibly so. */
export type Ending = 'completed' | 'compensated' | 'parked';

function claimOf(journals: Journals, service: string, saga: string, reaction: string): Claim | undefined {
  return journals
    .store(service)
    .claimsOf(saga)
    .find((claim) => claim.reaction === reaction);
}

/** Whether somebody is told: a dead letter that is not closed, or a parked line. */
export function isVisible(journals: Journals, services: readonly string[], saga: string): boolean {
  return services.some((service) => {
    const store = journals.store(service);
    return (
      store.allDeadLetters().some(({ message, state }) => message?.correlationid === saga && state !== 'closed') ||
      store.allMarkers().some((marker) => marker.saga === saga)
    );
  });
}

type Status = Parameters<typeof statusText>[0];
function statusText(state: { status: string } | undefined): string {
  return state?.status ?? 'absent';
}

/** One saga: completed with every step done, or everything undone, or visibly parked. Problems as sentences. */
export function judgeSaga(
  random: RandomChoreography,
  journals: Journals,
  saga: string,
  id: string,
): { ending: Ending; problems: string[] } {
  const services = random.choreography.services.map(({ name }) => name);
  const visible = isVisible(journals, services, saga);
  const status = statusText(journals.store('owner').entity('Saga', id)?.state as Status);
  const problems: string[] = [];
  for (const step of random.steps) {
    const claim = claimOf(journals, step.service, saga, step.name);
    const state = claim?.state ?? 'absent';
    const booked = step.outside && [...(random.desks[step.name]?.booked.values() ?? [])].filter((booking) => booking === id).length;
    const kept = booked && !random.desks[step.name]?.cancelled.has(id);
    if (booked && booked > 1) problems.push(`${step.name} booked ${booked} times for ${id}`);
    if (visible) continue;
    if (status === 'completed' && state !== 'done') problems.push(`${id} completed, but ${step.name} is ${state}`);
    if (status === 'completed' && step.outside && !kept) problems.push(`${id} completed, but ${step.name} has no booking`);
    if (status === 'cancelled' && state === 'done') problems.push(`${id} was cancelled, but ${step.name} is done`);
    if (status === 'cancelled' && kept) problems.push(`${id} was cancelled, but ${step.name} is still booked`);
    if (state === 'started' || state === 'gave-up') problems.push(`${step.name} of ${id} is ${state}, and nobody is told`);
  }
  if (!visible && status !== 'completed' && status !== 'cancelled') problems.push(`${id} ended ${status}, and nobody is told`);
  return { ending: visible ? 'parked' : status === 'completed' ? 'completed' : 'compensated', problems };
}

/** What is taken from the shelves is what steps that are done have taken. */
export function judgeShelves(random: RandomChoreography, journals: Journals): string[] {
  const problems: string[] = [];
  for (const service of random.choreography.services) {
    const steps = random.steps.filter((step) => step.service === service.name && !step.outside);
    const done = journals
      .store(service.name)
      .allClaims()
      .filter((claim) => claim.state === 'done' && steps.some(({ name }) => name === claim.reaction)).length;
    let taken = 0;
    for (let shelf = 0; shelf < SHELVES; shelf += 1) {
      const state = journals.store(service.name).entity('Shelf', `shelf-${shelf}`)?.state as { free: number; taken: number } | undefined;
      if (!state) continue;
      taken += state.taken;
      if (state.free + state.taken !== SHELF_SIZE)
        problems.push(`shelf-${shelf} of ${service.name} holds ${state.free} + ${state.taken}, not ${SHELF_SIZE}`);
    }
    if (taken !== done) problems.push(`${service.name} took ${taken} from its shelves for ${done} steps that are done`);
  }
  return problems;
}

export type { Saga };
