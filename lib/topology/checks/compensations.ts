import { type Check, distinct, type FindingDraft } from '../check-input.ts';
import { withinBudget } from '../completeness/budget.ts';
import { bothIn, openQuestion } from '../completeness/prove.ts';
import type { Saga } from '../completeness/saga.ts';
import { wayTo } from '../event-edges.ts';
import type { ReactionNode } from '../graph.ts';
import { called, listed } from '../wording.ts';
import { emittedTo } from './messages.ts';

type Step = ReactionNode & { readonly compensation: NonNullable<ReactionNode['compensation']> };

/** Reactions with a compensation. */
export function stepsIn(reactions: readonly ReactionNode[]): readonly Step[] {
  return reactions.filter((reaction): reaction is Step => reaction.compensation !== undefined);
}

function runOf(saga: Saga, step: ReactionNode): number | undefined {
  return saga.steps.find((one) => saga.runs[one]?.reaction === step);
}

/** Whether the step can be done and one of its triggers out, in one saga. */
function canMeet(sagas: readonly Saga[], step: ReactionNode): boolean {
  return sagas.some((saga) => {
    const run = runOf(saga, step);
    if (run === undefined) return false;
    const isOut = (event: number) => bothIn(openQuestion(saga), run, event).next().value !== undefined;
    return withinBudget(() => saga.runs[run]?.undoneBy.some(isOut) ?? false, true); // not known: no finding
  });
}

/** Compensations that no trigger can ever reach. A step that never runs is not among them: what it reacts to is. */
export const idleCompensations: Check = ({ graph, sagas }) => {
  const isEmitted = emittedTo(graph);
  return stepsIn(graph.reactions).flatMap((step): FindingDraft[] => {
    const triggers = step.compensation.on.filter((type) => isEmitted(step.service, type));
    if (sagas.every((saga) => runOf(saga, step) === undefined)) return [];
    if (triggers.length > 0 && canMeet(sagas, step)) return [];
    const why = triggers.length === 0 ? 'nobody emits the events that undo it' : `${listed(triggers)} can never come after it was done`;
    return [
      {
        code: 'COMPENSATION_NEVER_RUNS',
        path: `${step.id}.compensation`,
        message: `${called(step)} is never undone: ${why}.`,
        fix: 'Name in `compensation.on` the failures and the deadline that can come after it, or have some service emit the events that are named there.',
      },
    ];
  });
};

/** A trigger that sets its own action off again. */
export const rerunningTriggers: Check = ({ graph, edges }) =>
  distinct(
    stepsIn(graph.reactions).flatMap((step) =>
      step.compensation.on.flatMap((trigger): FindingDraft[] => {
        const path = `${step.id}.compensation.on.${trigger}`;
        const fix = 'Retry in a new saga: send a command instead of an event.';
        if (step.on.includes(trigger))
          return [{ code: 'TRIGGER_RUNS_ACTION', path, message: `${trigger} both runs and undoes ${called(step)}.`, fix }];
        const way = wayTo(edges, trigger, new Set(step.on));
        if (!way) return [];
        const message = `${trigger} undoes ${called(step)} and leads to the event that runs it: ${way.join(' → ')}. A step runs once per saga, so the second message becomes a dead letter STEP_TAKEN.`;
        return [{ code: 'TRIGGER_RUNS_ACTION', path, message, fix }];
      }),
    ),
  );

/** Undoing on a timer, also one that others emit besides: who scheduled it may have gone on meanwhile. */
export const timerCompensations: Check = ({ graph }) => {
  const timers = new Map(
    graph.messages.map(({ type, emittedBy }) => [
      type,
      emittedBy.flatMap(({ as, reaction }) => (as === 'schedules' && reaction ? [reaction] : [])),
    ]),
  );
  return stepsIn(graph.reactions).flatMap((step) =>
    step.compensation.on
      .filter((type) => timers.get(type)?.length)
      .map(
        (type): FindingDraft => ({
          code: 'COMPENSATES_ON_TIMER',
          path: `${step.id}.compensation.on.${type}`,
          message: `${called(step)} is undone by ${type}, a timer that fires in every saga, including completed ones: ${listed(timers.get(type) ?? [])} schedules it.`,
          fix: `Let the service that schedules ${type} react to it, take the saga out of its open state and emit an event in the same commit; undo on that event.`,
        }),
      ),
  );
};

/** What waits for an event of an undo: a step that was cancelled says nothing. */
export const undoEvents: Check = ({ graph }) => {
  const onlyUndo = new Set(
    graph.messages.flatMap(({ type, emittedBy }) =>
      emittedBy.length > 0 && emittedBy.every(({ as }) => as === 'compensation') ? [type] : [],
    ),
  );
  const fix = 'React to the failure itself: other services must not wait for an undo, which may have nothing to undo.';
  return graph.reactions.flatMap((reaction): FindingDraft[] => {
    const { id, on, emits, fails, schedules, compensation } = reaction;
    const found: FindingDraft[] = [];
    if (on.length > 0 && emits.length + fails.length + schedules.length > 0 && on.every((type) => onlyUndo.has(type))) {
      const message = `${called(reaction)} runs only after ${listed(on)}, which an undo may emit: a step that was cancelled before it ran emits nothing when it is undone.`;
      found.push({ code: 'NEEDS_UNDO_EVENT', path: `${id}.on`, message, fix });
    }
    if (compensation && compensation.on.length > 0 && compensation.on.every((type) => onlyUndo.has(type))) {
      const message = `${called(reaction)} is undone only after ${listed(compensation.on)}, which an undo may emit: a step that was cancelled before it ran emits nothing when it is undone.`;
      found.push({ code: 'NEEDS_UNDO_EVENT', path: `${id}.compensation.on`, message, fix });
    }
    return found;
  });
};
