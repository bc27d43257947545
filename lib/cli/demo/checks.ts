import type { Claim } from '../../runtime/journal/claim.ts';
import { counted } from '../text-layout.ts';
import type { SampleCheck } from './sample.ts';
import type { Stage } from './stage.ts';

/** Everything that a redelivery must not change: journals, entities, dead letters, and what outside systems were asked for. */
export function stateOf({ engine, sample, world }: Stage): string {
  const stores = sample.choreography.services.map(({ name }) => {
    const { claims, entities, sagas, parked, deadLetters, outbox, due } = engine.store(name).snapshot();
    return { name, claims, entities, sagas, parked, deadLetters, outbox, due };
  });
  return JSON.stringify([stores, world.effects()]);
}

function claimsOf({ engine, sample }: Stage): readonly Claim[] {
  return sample.choreography.services.flatMap(({ name }) => engine.store(name).allClaims());
}

function endedCheck(stage: Stage): SampleCheck {
  const ended = stage.sagas.filter((saga) => stage.report(saga).ending !== 'open').length;
  const started = claimsOf(stage).filter(({ state }) => state === 'started').length;
  return {
    name: 'every saga has ended',
    holds: ended === stage.sagas.length && started === 0,
    detail: `${ended} of ${stage.sagas.length}, ${started} steps open`,
  };
}

function publishedCheck(stage: Stage): SampleCheck {
  const published = new Set(stage.engine.published().map(({ envelope }) => `${envelope.source} ${envelope.id}`));
  const committed = claimsOf(stage).flatMap(({ emissions }) => emissions.flatMap(({ events }) => events));
  const missing = committed.filter(({ source, id }) => !published.has(`${source} ${id}`)).length;
  return { name: 'every committed event is published', holds: missing === 0, detail: `${committed.length} committed, ${missing} missing` };
}

function leftoverCheck({ engine, sample }: Stage): SampleCheck {
  const stores = sample.choreography.services.map(({ name }) => engine.store(name));
  const outbox = stores.reduce((sum, store) => sum + store.outboxSize(), 0);
  const parked = stores.reduce((sum, store) => sum + store.allMarkers().length, 0);
  return {
    name: 'nothing is left over',
    holds: outbox + parked === 0,
    detail: `${outbox} commits in outboxes, ${parked} sagas parked`,
  };
}

/** What must be true of any choreography when it has come to rest. */
export function restChecks(stage: Stage): readonly SampleCheck[] {
  return [endedCheck(stage), publishedCheck(stage), leftoverCheck(stage)];
}

/** A converged system takes everything that was ever published once more, and nothing changes. */
export function redeliveryCheck(before: string, after: string, redelivered: number): SampleCheck {
  return {
    name: 'once more changes nothing',
    holds: before === after,
    detail: `${counted(redelivered, 'event')} sent again; ${before === after ? 'nothing' : 'something'} was done again`,
  };
}
