import type { MemoryStore } from '../../lib/embedded/memory/store.ts';
import type { Claim } from '../../lib/runtime/journal/claim.ts';
import type { DeadLetter } from '../../lib/runtime/journal/dead-letter.ts';
import { amountOf, type RandomChoreography, SHELVES, type StepShape } from './random-choreography.ts';

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
    const isAbout = ({ message, error }: DeadLetter) =>
      message?.correlationid === saga || (error.code === 'OUTBOX_ORPHAN' && error.message.includes(saga));
    return (
      store.allDeadLetters().some((letter) => letter.state !== 'closed' && isAbout(letter)) ||
      store.allMarkers().some((marker) => marker.saga === saga)
    );
  });
}

function statusOf(journals: Journals, id: string): string {
  return (journals.store('owner').entity('Saga', id)?.state as { status: string } | undefined)?.status ?? 'absent';
}

function judgeStep(
  random: RandomChoreography,
  journals: Journals,
  step: StepShape,
  saga: { saga: string; id: string; status: string; visible: boolean },
): string[] {
  const { id, status, visible } = saga;
  const claim = claimOf(journals, step.service, saga.saga, step.name);
  const state = claim?.state ?? 'absent';
  const desk = random.desks[step.name];
  const booked = desk?.bookings.filter((booking) => booking.id === id) ?? [];
  const keys = desk?.cancelled.get(id)?.size ?? 0;
  const kept = booked.length > 0 && keys === 0;
  const problems: string[] = desk?.uncommittedPrices.length
    ? [`${step.name} booked at ${desk.uncommittedPrices[0]}, which was not committed`]
    : [];
  if (booked.length > 1) problems.push(`${step.name} booked ${booked.length} times for ${id}`);
  if (keys > 1) problems.push(`${step.name} gave back ${keys} times for ${id}`);
  if (claim?.state === 'done' && desk && booked[0]?.price !== (claim.data as { price: number }).price)
    problems.push(`${step.name} of ${id} booked at ${booked[0]?.price} and committed ${JSON.stringify(claim?.data)}`);
  if (visible) return problems;
  if (status === 'completed' && state !== 'done') problems.push(`${id} completed, but ${step.name} is ${state}`);
  if (status === 'completed' && desk && !kept) problems.push(`${id} completed, but ${step.name} has no booking`);
  if (status === 'cancelled' && state === 'done') problems.push(`${id} was cancelled, but ${step.name} is done`);
  if (status === 'cancelled' && kept) problems.push(`${id} was cancelled, but ${step.name} is still booked`);
  if (state === 'started' || state === 'gave-up') problems.push(`${step.name} of ${id} is ${state}, and nobody is told`);
  return problems;
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
  const status = statusOf(journals, id);
  const problems = random.steps.flatMap((step) => judgeStep(random, journals, step, { saga, id, status, visible }));
  if (!visible && status !== 'completed' && status !== 'cancelled') problems.push(`${id} ended ${status}, and nobody is told`);
  const rings = random.bell.rings.filter((rung) => rung === id).length;
  if (rings > 1) problems.push(`the bell rang ${rings} times for ${id}`);
  return { ending: visible ? 'parked' : status === 'completed' ? 'completed' : 'compensated', problems };
}

/** What is taken from the shelves is what steps that are done have taken. */
export function judgeShelves(random: RandomChoreography, journals: Journals): string[] {
  const problems: string[] = [];
  for (const { name } of random.choreography.services) {
    const store = journals.store(name);
    const steps = random.steps.filter((step) => step.service === name && step.kind === 'shelf');
    const taking = store.allClaims().filter((claim) => claim.state === 'done' && steps.some((step) => step.name === claim.reaction));
    const done = taking.reduce((sum, { data }) => sum + amountOf((data as { id: string }).id), 0);
    const shelves = Array.from(
      { length: SHELVES },
      (_, shelf) => store.entity('Shelf', `shelf-${shelf}`)?.state as { taken?: number; held?: number } | undefined, // in the next shape
    );
    const taken = shelves.reduce((sum, shelf) => sum + (shelf?.taken ?? shelf?.held ?? 0), 0);
    if (taken !== done) problems.push(`${name} took ${taken} from its shelves and ${done} are held by steps that are done`);
  }
  return problems;
}
