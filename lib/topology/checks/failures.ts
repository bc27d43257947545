import { type Check, type CheckInput, distinct, type FindingDraft } from '../check-input.ts';
import { withinBudget } from '../completeness/budget.ts';
import { createDeadlines, waitsOf } from '../completeness/deadlines.ts';
import { bothIn, openQuestion } from '../completeness/prove.ts';
import type { Saga, SagaRun } from '../completeness/saga.ts';
import { reachable } from '../event-edges.ts';
import type { ReactionNode } from '../graph.ts';
import { called, listed } from '../wording.ts';

const UNTIL_REDRIVEN = 'until somebody redrives the dead letter';

/** Steps that can be done when an event of the saga is out. */
function doneWith(saga: Saga, event: number, besides: SagaRun): readonly SagaRun[] {
  const isDone = (step: number) => bothIn(openQuestion(saga), step, event).next().value !== undefined;
  const find = () =>
    saga.steps.flatMap((step) => {
      const run = saga.runs[step] as SagaRun;
      return run.reaction !== besides.reaction && isDone(step) ? [run] : [];
    });
  return withinBudget(find, []); // the proof says that it is too large
}

function names(reactions: readonly ReactionNode[]): string {
  return listed(reactions.map(called));
}

/** Types that undo something, themselves or by what they lead to: a reaction that only passes them on to nobody is no help. */
function undoing({ graph, edges }: CheckInput): ReadonlySet<string> {
  const triggers = new Set(graph.reactions.flatMap(({ compensation }) => compensation?.on ?? []));
  const leads = (type: string) => triggers.has(type) || [...reachable(edges, type)].some((other) => triggers.has(other));
  return new Set(graph.reactions.flatMap(({ fails }) => fails.filter(leads)));
}

/** What others have done before a reaction runs and would have to take back: as in `missingCompensations`. */
function workBefore({ graph }: CheckInput, reaction: ReactionNode): readonly ReactionNode[] {
  const commands = new Set(graph.messages.flatMap(({ type, kind }) => (kind === 'command' ? [type] : [])));
  const before = new Set<ReactionNode>();
  for (const queue = [reaction]; queue.length > 0; ) {
    const { on } = queue.pop() as ReactionNode;
    for (const other of graph.reactions) {
      if (other === reaction || before.has(other) || !other.emits.some((type) => on.includes(type))) continue;
      before.add(other);
      queue.push(other);
    }
  }
  return graph.reactions.filter(
    (one) => before.has(one) && (one.callsOutside || one.fails.length > 0 || one.on.some((type) => commands.has(type))),
  );
}

function unheardFailure(reaction: ReactionNode, type: string, done: readonly ReactionNode[]): FindingDraft {
  const fix = done.every(({ compensation }) => compensation)
    ? `Add ${type} to \`compensation.on\` of the steps that were done before, or take it out of \`fails\` if nothing has to be undone.`
    : `Write a \`compensation\` on ${type} for what was done before, or take it out of \`fails\` if nothing has to be undone.`;
  return {
    code: 'FAILURE_NOT_HEARD',
    path: `${reaction.id}.fails.${type}`,
    message: `No compensation listens to ${type}, with which ${called(reaction)} fails; ${names(done)} can be done by then.`,
    fix,
  };
}

/** Failures that undo nothing although something was done: a step, or, where nobody at all hears the failure, work without a compensation. */
export const unheardFailures: Check = (input) => {
  const { graph, sagas } = input;
  const handled = undoing(input);
  const taken = new Set(graph.messages.flatMap(({ type, consumedBy }) => (consumedBy.length > 0 ? [type] : [])));
  const ofSteps = sagas.flatMap((saga) =>
    saga.runs.flatMap((run) =>
      run.fails.flatMap((event): FindingDraft[] => {
        const type = saga.events[event] as string;
        const done = handled.has(type) ? [] : doneWith(saga, event, run);
        return done.length === 0
          ? []
          : [
              unheardFailure(
                run.reaction,
                type,
                done.map(({ reaction }) => reaction),
              ),
            ];
      }),
    ),
  );
  const told = new Set(ofSteps.map(({ path }) => path));
  const ofWork = graph.reactions.flatMap((reaction) =>
    reaction.fails.flatMap((type): FindingDraft[] => {
      const done = taken.has(type) || told.has(`${reaction.id}.fails.${type}`) ? [] : workBefore(input, reaction);
      return done.length === 0 ? [] : [unheardFailure(reaction, type, done)];
    }),
  );
  return distinct([...ofSteps, ...ofWork]);
};

/** Reactions that have a failure to tell and do not tell it when they give up. */
export const untoldGiveUps: Check = ({ sagas }) =>
  distinct(
    sagas.flatMap((saga) => {
      const deadlinesFor = createDeadlines(saga);
      return saga.runs.flatMap((run, index): FindingDraft[] => {
        const { reaction, fails } = run;
        const [first] = fails;
        const done = first === undefined || reaction.onGiveUp ? [] : doneWith(saga, first, run);
        if (first === undefined || done.length === 0) return [];
        const { undoing: ends, isSureBefore } = deadlinesFor(index, [index]);
        const until = isSureBefore ? `until ${listed(ends.map((event) => saga.events[event] as string))} comes` : UNTIL_REDRIVEN;
        return [
          {
            code: 'GIVE_UP_UNTOLD',
            path: `${reaction.id}.onGiveUp`,
            message: `When ${called(reaction)} gives up, it tells nobody: ${names(done.map((one) => one.reaction))} ${done.length === 1 ? 'stays' : 'stay'} done ${until}.`,
            fix: `Write \`onGiveUp\` with tx.fail(${saga.events[first]}, …) if it is better to undo at once than to wait.`,
          },
        ];
      });
    }),
  );

/** What waits although no deadline is sure to come by then. */
function withoutDeadline(saga: Saga): FindingDraft | undefined {
  const waits = waitsOf(saga);
  const done = waits.filter(({ isSureAfter }) => !isSureAfter);
  const [first] = done;
  if (first === undefined) return undefined;
  const runOf = (run: number) => saga.runs[run] as SagaRun;
  const list = (runs: readonly number[]) => names(runs.map((run) => runOf(run).reaction));
  const root = (saga.takers[0] ?? [])[0] ?? first.step;
  // Where the beginning has its deadline, the gap comes after that has passed.
  const begins = runOf(waits.some(({ step, isSureAfter }) => step === root && isSureAfter) ? first.step : root).reaction;
  const stay = `${list(done.map(({ step }) => step))} ${done.length === 1 ? 'stays' : 'stay'} done for ever`;
  const schedulers = list(done.flatMap((wait) => wait.schedulers));
  const has = schedulers === '' && done.length === waits.length ? 'has no' : 'can wait without a';
  const late = schedulers === '' ? '' : ` It is not certain that ${schedulers} has scheduled one by then.`;
  const message = `The saga that ${saga.root.type} begins ${has} deadline: if an answer never arrives, ${stay}.${late}`;
  return {
    code: 'SAGA_WITHOUT_DEADLINE',
    path: begins.id,
    message,
    fix: `Schedule an event in ${called(begins)}, react to it in the same service by recording the end in its state and emitting an event, and undo the steps on that event.`,
  };
}

/** Sagas that wait for an answer and have no end of their own, on some way at least. */
export const deadlines: Check = ({ sagas }: CheckInput) => distinct(sagas.flatMap((saga) => withoutDeadline(saga) ?? []));
