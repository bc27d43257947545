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
  /** How it ends the saga: with a failure of its own, or `undefined` for what it emits. */
  readonly endings: readonly (string | undefined)[];
  /** They have decided the saga otherwise, had they come first. */
  readonly rivals: ReadonlySet<RunKey>;
}

function keysOf({ events }: Saga, { reaction, on }: SagaRun): readonly RunKey[] {
  return on.map((event): RunKey => `${reaction.id} ${events[event]}`);
}

/** These events, and all that follow from them. */
function reachedFrom({ runs, takers }: Saga, from: readonly number[]): ReadonlySet<number> {
  const reached = new Set(from);
  for (const event of reached)
    for (const taker of takers[event] ?? [])
      for (const next of [...(runs[taker]?.emits ?? []), ...(runs[taker]?.fails ?? [])]) reached.add(next);
  return reached;
}

function undoesSteps(saga: Saga, from: readonly number[]): boolean {
  const undoing = new Set(saga.runs.flatMap(({ undoneBy }) => undoneBy));
  return [...reachedFrom(saga, from)].some((event) => undoing.has(event));
}

/** Whether a run says the last word of its service: nothing of it goes on there. */
function isEnd(saga: Saga, run: SagaRun): boolean {
  const { isStep, emits, reaction } = run;
  if (isStep || emits.length === 0 || reaction.reprocessable) return false;
  const goesOn = (other: SagaRun | undefined) => other !== run && other?.reaction.service === reaction.service && other.emits.length > 0;
  return ![...reachedFrom(saga, emits)].some((event) => saga.takers[event]?.some((taker) => goesOn(saga.runs[taker])));
}

/** The proof knows those of a deadline that emits something; of one that only fails, they are the ends of its service. */
function rivalsOf(saga: Saga, run: SagaRun): readonly SagaRun[] {
  if (run.emits.length > 0) return run.rivals.map((rival) => saga.runs[rival] as SagaRun);
  return saga.runs.filter((other) => other !== run && other.reaction.service === run.reaction.service && isEnd(saga, other));
}

function deadlinesOf(saga: Saga): readonly Deadline[] {
  return saga.runs.flatMap((run) => {
    const byTimer = run.on.some((event) => saga.sources[event]?.some(({ as }) => as === 'schedules'));
    if (!byTimer) return [];
    const failing = run.fails.filter((event) => undoesSteps(saga, [event])).map((event) => saga.events[event]);
    const endings = [...(undoesSteps(saga, run.emits) ? [undefined] : []), ...failing];
    if (endings.length === 0) return [];
    const rivals = new Set(rivalsOf(saga, run).flatMap((rival) => keysOf(saga, rival)));
    return keysOf(saga, run).map((key): Deadline => ({ run: key, endings, rivals }));
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
    .flatMap(({ run, endings, rivals }) => {
      const late = { root, deadline: run, quiet: new Set([...quiet, ...rivals].filter((key) => key !== run)) };
      const reaction = run.split(' ')[0] as string;
      return endings.map((event) => play(event === undefined ? late : { ...late, fails: { reaction, event } }));
    });
  return [well, ...failures, ...late];
}
