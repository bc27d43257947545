import type { SagaRoot } from '../completeness/roots.ts';
import type { Saga, SagaRun } from '../completeness/saga.ts';
import type { Estimate } from './estimate.ts';
import { type RunKey, type Story, type Walked, walk } from './walk.ts';

/** A story, and how it goes. */
export interface PlayedStory {
  readonly story: Story;
  readonly walked: Walked;
}

/** A run that a timer sets off to end the saga, and the runs that keep quiet once it has. */
interface Deadline {
  readonly run: RunKey;
  /** They have decided the saga otherwise, had they come first. */
  readonly rivals: ReadonlySet<RunKey>;
}

function keysOf({ events }: Saga, { reaction, on }: SagaRun): readonly RunKey[] {
  return on.map((event): RunKey => `${reaction.id} ${events[event]}`);
}

/** Whether something that follows from a run undoes a step. */
function undoesSteps({ runs, takers }: Saga, from: SagaRun): boolean {
  const undoing = new Set(runs.flatMap(({ undoneBy }) => undoneBy));
  const reached = new Set([...from.emits, ...from.fails]);
  for (const event of reached) {
    if (undoing.has(event)) return true;
    for (const taker of takers[event] ?? [])
      for (const next of [...(runs[taker]?.emits ?? []), ...(runs[taker]?.fails ?? [])]) reached.add(next);
  }
  return false;
}

function deadlinesOf(saga: Saga): readonly Deadline[] {
  return saga.runs.flatMap((run) => {
    const byTimer = run.on.some((event) => saga.sources[event]?.some(({ as }) => as === 'schedules'));
    if (!byTimer || !undoesSteps(saga, run)) return [];
    const rivals = new Set(run.rivals.flatMap((rival) => keysOf(saga, saga.runs[rival] as SagaRun)));
    return keysOf(saga, run).map((key): Deadline => ({ run: key, rivals }));
  });
}

/**
 * The ways of a saga: all goes well, each failure of what runs then, and each deadline. A deadline finds everything done
 * but the end, so that all of it is undone: the dearest moment. In the other ways it comes after the end, and keeps quiet.
 */
export function playStories(estimate: Estimate, root: SagaRoot, saga: Saga | undefined): readonly PlayedStory[] {
  const deadlines = saga ? deadlinesOf(saga) : [];
  const quiet = new Set(deadlines.map(({ run }) => run));
  const play = (story: Story): PlayedStory => ({ story, walked: walk(estimate, story) });
  const well = play({ root, quiet });
  const failures = [...new Set(well.walked.reacted)].flatMap((reaction) =>
    (estimate.reactions.get(reaction)?.node.fails ?? []).map((event) => play({ root, quiet, fails: { reaction, event } })),
  );
  const met = new Set(well.walked.messages.map(({ type }) => type));
  const late = deadlines
    .filter(({ run }) => met.has(run.split(' ')[1] as string))
    .map(({ run, rivals }) => play({ root, deadline: run, quiet: new Set([...quiet, ...rivals].filter((key) => key !== run)) }));
  return [well, ...failures, ...late];
}
