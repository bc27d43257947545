import { awaitsUndo, type Claim, type ClaimState, headOf, type MessageHead } from '../../runtime/journal/claim.ts';
import { isoOf } from '../access.ts';
import type { SagaJournal } from './journals.ts';
import { type StepLetter, stepLetterOf } from './open-letters.ts';

/** One reaction of one service in a saga: what it did, and what was done about it. */
export interface SagaStep {
  readonly service: string;
  readonly reaction: string;
  readonly kind: Claim['kind'];
  readonly state: ClaimState;
  /** The message that it ran on. Absent: only a trigger came, before the action. */
  readonly messageId?: string;
  /** Where that message came from: ids differ within one source only. */
  readonly messageSource?: string;
  /** ISO time of the last commit that is known. */
  readonly at?: string;
  /** ISO time of the commit in which the reaction ended. Absent: it has not, or what it did was dropped when it was undone. */
  readonly actedAt?: string;
  /** ISO time of the commit in which it was undone, or in which a trigger found nothing to undo. */
  readonly undoneAt?: string;
  /** Ids of the events that went out. */
  readonly emitted: readonly string[];
  /** Ids of the events that its undo sent. */
  readonly undoEmitted: readonly string[];
  readonly firstCall?: Claim['firstCall'];
  /** The trigger that has asked to undo it. @default - nobody has, or it is undone */
  readonly undoRequestedBy?: string;
  /**
   * What it was undone on, or is to be. Absent: nothing has asked for it, it was undone by hand, or by a version that did
   * not note it.
   */
  readonly trigger?: MessageHead;
  readonly refusal?: Claim['refusal'];
  readonly deadLetters: readonly StepLetter[];
}

/** What a give-up has told undoes its own step, too, once its outcome is known. */
function triggerIn({ state, emissions, undoRequested, undoBegun, told }: Claim): MessageHead | undefined {
  const asked = undoRequested ?? undoBegun ?? (state === 'undone' ? told : undefined);
  return emissions.findLast(({ phase }) => phase === 'undo')?.trigger ?? (asked && headOf(asked));
}

/** The commits of a claim: the last one, and the ones that ended the reaction and its undo. */
function timesOf({ emissions, firstCall }: Claim): Pick<SagaStep, 'at' | 'actedAt' | 'undoneAt'> {
  const at = emissions.at(-1)?.at ?? (firstCall ? isoOf(firstCall.at) : undefined);
  const actedAt = emissions.findLast(({ phase }) => phase !== 'undo')?.at;
  const undoneAt = emissions.findLast(({ phase }) => phase === 'undo')?.at;
  return { ...(at ? { at } : {}), ...(actedAt ? { actedAt } : {}), ...(undoneAt ? { undoneAt } : {}) };
}

/** What a claim says of its step. */
export function stepOf({ service, deadLetters }: SagaJournal, claim: Claim): SagaStep {
  const { reaction, kind, state, message, emissions, firstCall, undoRequested, refusal } = claim;
  const sent = (isUndo: boolean) =>
    emissions.filter(({ phase }) => (phase === 'undo') === isUndo).flatMap(({ events }) => events.map(({ id }) => id));
  const trigger = triggerIn(claim);
  return {
    service,
    reaction,
    kind,
    state,
    ...(message ? { messageId: message.id, messageSource: message.source } : {}),
    ...timesOf(claim),
    emitted: sent(false),
    undoEmitted: sent(true),
    ...(firstCall ? { firstCall } : {}),
    ...(undoRequested && awaitsUndo(claim) ? { undoRequestedBy: undoRequested.id } : {}),
    ...(trigger ? { trigger } : {}),
    ...(refusal ? { refusal } : {}),
    deadLetters: claim.deadLetters.flatMap((id) => deadLetters.get(id) ?? []).map(stepLetterOf),
  };
}
