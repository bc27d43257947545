import type { Random } from '../../lib/embedded/random.ts';
import { judgeSaga, judgeShelves } from './judge-random.ts';
import { randomChoreography, StartSaga } from './random-choreography.ts';
import type { Scenario } from './run.ts';

const idOf = (answer: unknown) => (answer as { id: string }).id;

/** A choreography of its own for every seed. */
export function randomScenario(random: Random): Scenario {
  const made = randomChoreography(random);
  return {
    choreography: made.choreography,
    options: { clients: made.desks },
    command: (_random, index) => ({ command: StartSaga, data: { name: `saga ${index}` } }),
    judge: (engine, answers) => [...answers.flatMap(({ saga, answer }) => judgeSaga(made, engine, saga, idOf(answer)).problems), ...judgeShelves(made, engine)],
    endings(engine, answers) {
      const counts: Record<string, number> = {};
      for (const { saga, answer } of answers) {
        const { ending } = judgeSaga(made, engine, saga, idOf(answer));
        counts[ending] = (counts[ending] ?? 0) + 1;
      }
      return counts;
    },
  };
}
