// What the checks of a choreography cost: a hundred services, and one long saga.
import { checkInput, checkManifests } from '../lib/topology/check.ts';
import type { MessageReference, ReactionManifest, ServiceManifest } from '../lib/topology/manifest.ts';
import { cpuMicroseconds, type Figure, median } from './measure.ts';

const SERVICES = 100;
/** Of which each saga has 8 steps, an end and a deadline. */
const REACTIONS_A_SAGA = 10;
const LONG_SAGA = 30;
const ROUNDS = 5;

type Declared = Partial<Record<'command' | 'on' | 'emits' | 'fails' | 'schedules' | 'undoneBy', readonly string[]>>;

const events = (types: readonly string[] = []): readonly MessageReference[] => types.map((type) => ({ kind: 'event', type, version: 1 }));

function reaction(name: string, { command = [], on, emits, fails, schedules, undoneBy }: Declared): ReactionManifest {
  const commands = command.map((type): MessageReference => ({ kind: 'command', type, version: 1 }));
  return {
    name,
    on: [...commands, ...events(on)],
    emits: events(emits),
    fails: events(fails),
    schedules: events(schedules),
    onGiveUp: true,
    ...(undoneBy ? { compensation: { on: events(undoneBy), emits: [] } } : {}),
    clients: [],
    delivery: 'at-least-once',
    reprocessable: false,
    retryAttempts: 5,
  };
}

/** A saga of so many reactions in a row, with its end and its deadline; each step hears the failures that `hears` lets through. */
function saga(id: number, reactions: number, hears: (step: number, other: number) => boolean): readonly ReactionManifest[] {
  const last = reactions - 3;
  const steps = Array.from({ length: last }, (_, index) => index + 1);
  const undoneBy = (step: number) => [
    ...steps.filter((other) => other > step && hears(step, other)).map((other) => `Step${id}x${other}Failed`),
    `Saga${id}Expired`,
  ];
  return [
    reaction(`begin${id}`, {
      command: [`BeginSaga${id}`],
      emits: [`Step${id}x0Completed`],
      schedules: [`Time${id}Passed`],
      undoneBy: undoneBy(0),
    }),
    reaction(`finish${id}`, { on: [`Step${id}x${last}Completed`], emits: [`Saga${id}Completed`] }),
    reaction(`expire${id}`, { on: [`Time${id}Passed`], emits: [`Saga${id}Expired`] }),
    ...steps.map((step) =>
      reaction(`step${id}x${step}`, {
        on: [`Step${id}x${step - 1}Completed`],
        emits: [`Step${id}x${step}Completed`],
        fails: [`Step${id}x${step}Failed`],
        undoneBy: undoneBy(step),
      }),
    ),
  ];
}

const service = (name: string, reactions: readonly ReactionManifest[]): ServiceManifest => ({
  manifestVersion: 1,
  service: name,
  source: 'stream',
  reactions,
  inbounds: [],
  lifts: [],
});

/** As many sagas as services: the owner holds the first three reactions, each other one is in the next service. */
function manySagas(): readonly ServiceManifest[] {
  const services = Array.from({ length: SERVICES }, (): ReactionManifest[] => []);
  for (const [id] of services.entries())
    for (const [index, one] of saga(id, REACTIONS_A_SAGA, () => true).entries())
      services[(id + Math.max(0, index - 2)) % SERVICES]?.push(one);
  return services.map((reactions, index) => service(`service-${index}`, reactions));
}

function oneSaga(hears: (step: number, other: number) => boolean): readonly ServiceManifest[] {
  const all = saga(0, LONG_SAGA, hears);
  return [service('owner', all.slice(0, 3)), ...all.slice(3).map((one, index) => service(`service-${index + 1}`, [one]))];
}

function milliseconds(run: () => void): number {
  run();
  const figures = Array.from({ length: ROUNDS }, () => {
    const before = cpuMicroseconds();
    run();
    return (cpuMicroseconds() - before) / 1_000;
  });
  return median(figures);
}

/** Checks by the size of what is checked. @throws when a proof is not decided */
export async function checksBench(): Promise<readonly Figure[]> {
  const [many, whole, next] = [manySagas(), oneSaga(() => true), oneSaga((step, other) => other === step + 1)];
  for (const manifests of [many, whole, next])
    if (checkInput(manifests).proofs.some(({ decided }) => !decided)) throw new Error('a proof is not decided');
  const reactions = many.reduce((sum, one) => sum + one.reactions.length, 0);
  return [
    { name: `all checks, ${many.length} services and ${reactions} reactions`, value: milliseconds(() => checkManifests(many)), unit: 'ms' },
    { name: `all checks, one saga of ${LONG_SAGA} reactions`, value: milliseconds(() => checkManifests(whole)), unit: 'ms' },
    { name: 'the same, each step hears the next one only', value: milliseconds(() => checkManifests(next)), unit: 'ms' },
  ];
}
