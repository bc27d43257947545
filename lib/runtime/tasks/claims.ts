import type { Envelope } from '../../contract/envelope.ts';
import { SCHEDULE_SECONDS_MAX } from '../../contract/limits.ts';
import type { Settings } from '../../contract/settings.ts';
import { type Claim, type ClaimState, type Emission, headOf } from '../journal/claim.ts';
import type { DeadLetter } from '../journal/dead-letter.ts';
import { type DueItem, markerId } from '../journal/outbox.ts';
import type { Unit, Write } from '../journal/unit.ts';
import { isoTime } from '../message/envelopes.ts';
import type { Phase } from '../transaction/transaction.ts';
import type { Task } from './task.ts';

/** What a unit about a claim is made from. */
export interface ClaimChange {
  readonly commit: string;
  readonly nowMs: number;
  readonly task: Task;
  readonly before: Claim | undefined;
  readonly state: ClaimState;
  readonly fields?: Partial<
    Pick<Claim, 'data' | 'refusal' | 'firstCall' | 'runningUntil' | 'undoRequested' | 'undoCall' | 'undoBegun' | 'told' | 'deadLetters'>
  >;
  readonly phase?: Phase;
  readonly events?: readonly Envelope[];
  readonly scheduled?: readonly Envelope[];
  readonly writes?: readonly Write[];
  readonly settings: Settings;
}

/** A margin over the claim life: tombstones last longest. */
const TOMBSTONE_MARGIN_SECONDS = 86_400;

/** Entries and final steps expire; what may still be undone or redriven does not, unless an undo window was declared. */
function lifetime({ before, task, state, nowMs, settings }: ClaimChange): Pick<Claim, 'expiresAt' | 'undoUntil'> {
  if (before?.state === state) {
    const { expiresAt, undoUntil } = before; // noting something about a claim must not make its undo window longer
    return { expiresAt, undoUntil };
  }
  // A message that is dated ahead is recognised for as much longer: its claim must not end before.
  const now = Math.ceil(Math.max(nowMs, Date.parse((before?.message ?? task.original).time)) / 1000);
  const { compensation } = task.reaction;
  // What comes to a step may have been scheduled long before, and has to find how the step has ended.
  const life = settings.claimLifeSeconds + (compensation ? SCHEDULE_SECONDS_MAX : 0);
  if (state === 'cancelled') return { expiresAt: now + life + TOMBSTONE_MARGIN_SECONDS };
  if (state === 'failed' || state === 'undone') return { expiresAt: now + life };
  if (state !== 'done') return {};
  if (!compensation) return { expiresAt: now + life };
  if (compensation.undoWindowHours === undefined) return {};
  const windowSeconds = Math.ceil(compensation.undoWindowHours * 3600);
  return { undoUntil: nowMs + windowSeconds * 1000, expiresAt: now + windowSeconds + life };
}

/** What a step is undone on: the trigger that came, or the one that left its request, or the failure that was told. */
function undoneOn({ task, before }: ClaimChange): Pick<Emission, 'trigger'> {
  const trigger = task.role === 'trigger' ? task.original : (before?.undoRequested ?? before?.told);
  return trigger ? { trigger: headOf(trigger) } : {};
}

function emissionsOf(change: ClaimChange): readonly Emission[] {
  const { before, phase, commit, nowMs, events = [], scheduled = [] } = change;
  const earlier = before?.emissions ?? [];
  if (!phase) return earlier;
  const emission: Emission = { commit, phase, at: isoTime(nowMs), events, scheduled };
  return [...earlier, phase === 'undo' ? { ...emission, ...undoneOn(change) } : emission];
}

/** While it is built. Assigning what there is costs a fraction of spreading what may be empty. */
type OpenClaim = { -readonly [Name in keyof Claim]: Claim[Name] };

/** What a claim keeps from its last state: all but how long it lives. */
function keptOf({ before, task, state, commit }: ClaimChange): OpenClaim {
  if (before) {
    const { expiresAt: _expiresAt, undoUntil: _undoUntil, ...kept } = before;
    return kept;
  }
  const { reaction, key, message } = task;
  const kind = reaction.compensation ? 'step' : 'entry';
  return { kind, key, saga: message.correlationid, reaction: reaction.name, state, version: commit, deadLetters: [], emissions: [] };
}

function buildClaim(change: ClaimChange): Claim {
  const { task, state, commit, fields } = change;
  const claim = keptOf(change);
  if (!claim.message && task.role === 'action') {
    // The action's message stays with the claim; a trigger never becomes it.
    claim.message = task.original;
  }
  if (fields) Object.assign(claim, fields);
  claim.state = state;
  claim.version = commit;
  claim.emissions = emissionsOf(change);
  const { expiresAt, undoUntil } = lifetime(change);
  if (expiresAt !== undefined) claim.expiresAt = expiresAt;
  if (undoUntil !== undefined) claim.undoUntil = undoUntil;
  return claim;
}

/** The unit that moves a claim to a state, with everything that commits together with it. */
export function claimUnit(change: ClaimChange): Unit {
  const { commit, nowMs, before, task, events = [], scheduled = [], writes = [] } = change;
  const all: Write[] = [{ kind: 'claim', key: task.key, expect: before?.version ?? null, put: buildClaim(change) }, ...writes];
  if (events.length > 0) {
    const entries = [{ commit, claim: task.key }];
    all.push({ kind: 'outbox', put: { id: markerId(isoTime(nowMs), commit), entries, committedAt: nowMs } });
  }
  for (const event of scheduled)
    all.push({ kind: 'due', put: { kind: 'event', id: `${event.time}~${event.id}`, dueAt: Date.parse(event.time), event } });
  return { id: commit, writes: all };
}

/** Somebody is to look after a started claim when its attempt must have ended. */
export function settleLater(about: Pick<DueItem & { kind: 'settle' }, 'saga' | 'reaction' | 'key'>, dueAt: number, id: string): Write {
  return { kind: 'due', put: { kind: 'settle', id: `${isoTime(dueAt)}~${id}`, dueAt, ...about } };
}

/** Any commit that finishes a claim closes the dead letters about it. */
export function closeDeadLetters(documents: readonly DeadLetter[], commit: string, nowMs: number): readonly Write[] {
  return documents
    .filter(({ state }) => state !== 'closed')
    .map((document) => ({
      kind: 'dead-letter',
      id: document.id,
      expect: document.version,
      put: { ...document, version: commit, state: 'closed', closedAt: isoTime(nowMs) },
    }));
}
