import type { Claim } from '../journal/claim.ts';
import { act } from './act.ts';
import { type Decision, decideAction, decideSettle, decideTrigger, foreign, isAwaited } from './decide.ts';
import { finish } from './finish.ts';
import { deadLetterOnly, giveUp, hopeless, nothingLeft } from './give-up.ts';
import { silent, type TaskOutcome, type TaskResult } from './outcome.ts';
import { newCommit, type TaskEnvironment } from './run-reaction.ts';
import type { Task } from './task.ts';
import { requestUndo, settle, undo } from './undo.ts';

const nothingStatus: Readonly<Record<(Decision & { do: 'nothing' })['why'], TaskOutcome['status']>> = {
  duplicate: 'duplicate',
  undone: 'duplicate',
  refused: 'cancelled',
  requested: 'requested',
};

async function deadLetter(
  environment: TaskEnvironment,
  task: Task,
  claim: Claim | undefined,
  { code, message }: { code: string; message: string },
): Promise<TaskResult> {
  // Live messages have left the document; what the claim says, it says here, too.
  if (environment.context.building !== undefined) return nothingLeft(environment, task, claim, 'duplicate');
  // The caller hears it. A document could be made again with each call, and no operator could do anything about it.
  if (code === 'ID_REUSED' && isAwaited(task))
    return { kind: 'finished', outcome: silent('refused', { code, refusal: { code, message } }) };
  const about = code === 'OUTCOME_UNKNOWN' || code === 'UNDO_WINDOW_PASSED';
  if (!about || !claim) return deadLetterOnly(environment, task, { code, message });
  return giveUp(environment, task, claim, { error: { code, message }, technical: false, phase: 'react' }, false);
}

/** What a claim says is to be done about a task. */
function decide({ context }: TaskEnvironment, task: Task, claim: Claim | undefined): Decision {
  const situation = { nowMs: context.ports.clock.now(), own: claim !== undefined && task.ownCommits.has(claim.version) };
  if (task.role === 'settle') return decideSettle(claim);
  return task.role === 'action' ? decideAction(claim, task, situation) : decideTrigger(claim, task, situation);
}

/** Whether handling the task will run the team's code with clients: then it must not see uncommitted state. */
export function runsOutsideCalls(environment: TaskEnvironment, task: Task, claim: Claim | undefined): boolean {
  if (!task.reaction.callsOutside || task.giveUp) return false;
  const { do: next } = decide(environment, task, claim);
  return next === 'act' || next === 'undo' || next === 'settle';
}

/** Handles one task in one round. */
export async function perform(environment: TaskEnvironment, task: Task): Promise<TaskResult> {
  const claim = await environment.workspace.claim(task.key);
  if (claim?.state === 'gave-up') task.wasGivenUp = true;
  // What another message holds is not ours to give up: the decision says so.
  const others = task.role === 'action' && claim !== undefined && foreign(claim, task) !== undefined;
  if (task.giveUp?.hopeless) return hopeless(environment, task, task.giveUp);
  if (task.giveUp && !others) return giveUp(environment, task, claim, task.giveUp, task.giveUp.error.code !== 'OUTCOME_UNKNOWN');
  const decision = decide(environment, task, claim);
  switch (decision.do) {
    case 'act':
      return await act(environment, task, claim);
    case 'undo':
      return undo(environment, task, claim, task.message, claim?.data);
    case 'settle':
      return settle(environment, task, claim as Claim);
    case 'cancel':
      return finish(environment, task, claim, newCommit(environment, task), {
        state: 'cancelled',
        phase: 'undo',
        outcome: silent('cancelled'),
      });
    case 'request-undo':
      return requestUndo(environment, task, claim as Claim);
    case 'wait':
      return { kind: 'wait' };
    case 'nothing':
      return nothingLeft(environment, task, claim, nothingStatus[decision.why]);
    case 'dead-letter':
      return deadLetter(environment, task, claim, decision);
  }
}
