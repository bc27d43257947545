import type { PlannedReaction } from './estimate.ts';

/** What a reaction does about one message. */
export type Deed =
  /** It succeeds, and emits and schedules all that it declares. */
  | 'react'
  /** It fails with one event. */
  | 'fail'
  /** It looks at its entities and lets nothing out: the saga has gone another way. */
  | 'keep-quiet'
  /** It is undone. */
  | 'undo'
  /** It was not done: a tombstone keeps it from being done later. */
  | 'cancel'
  /** Its claim says that there is nothing to do. */
  | 'nothing';

/** One task: a reaction, and what it does about a message. */
export interface Task {
  readonly reaction: PlannedReaction;
  readonly deed: Deed;
  /** Types that go out at once. */
  readonly emits: readonly string[];
  /** Types that go out later. */
  readonly schedules: readonly string[];
  /** Kilobytes of its claim so far; 0: there is none. */
  readonly claimBefore: number;
  readonly isCommand: boolean;
}

/** One write to the journal. */
export interface Commit {
  /** Of each item that it writes or checks, but for the outbox marker. */
  readonly kilobytes: readonly number[];
  /** It has a marker, which it shares with all that is in its transaction. */
  readonly emits: boolean;
  /** Of a reaction with clients: it commits by itself, whatever else is in the batch. */
  readonly alone: boolean;
}

/** What a task costs the journal. */
export interface Work {
  readonly commits: readonly Commit[];
  /** Kilobytes of each item that is read; 0: it is absent, and read all the same. */
  readonly reads: readonly number[];
  /** Calls to outside systems. */
  readonly calls: number;
  /** Items that are removed later, beside the outbox marker. */
  readonly removals: number;
  readonly claimAfter: number;
}

// Kilobytes of what the journal keeps, as measured in the sample shop, a little rounded up.
/** A claim without the events in it. */
const CLAIM = 0.45;
/** What one commit adds to a claim beside its events. */
const EMISSION = 0.13;
/** The record of the first call outside. */
const CALL = 0.13;
/** An outbox marker, and each commit in it. */
const MARKER = 0.2;
const MARKED_COMMIT = 0.15;
/** A due item beside its event. */
const DUE = 0.15;
/** A due item that only says where to look. */
const LOOK_AGAIN = 0.35;
/** An entity: more is written in steps of 1 KB. */
const ENTITY = 1;

const runsCode = ({ deed }: Task): boolean => deed === 'react' || deed === 'fail' || deed === 'keep-quiet' || deed === 'undo';

/** Kilobytes of the claim: the message of the action, all events that ever went out with it, and what was called. */
function claimAfter({ claimBefore, deed, emits, schedules }: Task, event: number): number {
  const begun = claimBefore > 0 ? claimBefore : CLAIM + (deed === 'cancel' ? 0 : event);
  return begun + EMISSION + (emits.length + schedules.length) * event;
}

/** What is written with the claim. A business failure writes no entity, and checks those that it read. */
function itemsBeside({ reaction, deed, schedules }: Task, event: number): readonly number[] {
  const entities = deed === 'cancel' ? 0 : reaction.entities;
  return [...Array.from({ length: entities }, () => ENTITY), ...schedules.map(() => event + DUE)];
}

/** The commit before the first call outside, and the claim as it is then. */
function beginning(task: Task, event: number): { readonly commit: Commit; readonly claim: number } {
  const claim = (task.claimBefore > 0 ? task.claimBefore : CLAIM + event) + CALL;
  return { claim, commit: { alone: true, emits: false, kilobytes: task.isCommand ? [claim, LOOK_AGAIN] : [claim] } };
}

/** What the runtime reads and writes for one task; `event`: kilobytes of an event. It is assumed that a reaction with clients calls one. */
export function workOf(task: Task, event: number): Work {
  const { reaction, deed, claimBefore, emits, schedules, isCommand } = task;
  if (deed === 'nothing') return { commits: [], reads: [claimBefore], calls: 0, removals: 0, claimAfter: claimBefore };
  const alone = reaction.node.callsOutside && runsCode(task);
  const begun = alone && reaction.recordsCalls ? beginning(task, event) : undefined;
  const claim = claimAfter(begun ? { ...task, claimBefore: begun.claim } : task, event);
  const entities = deed === 'cancel' ? 0 : reaction.entities;
  return {
    commits: [...(begun ? [begun.commit] : []), { alone, emits: emits.length > 0, kilobytes: [claim, ...itemsBeside(task, event)] }],
    reads: [claimBefore, ...Array.from({ length: entities }, () => ENTITY)],
    calls: alone ? 1 : 0,
    removals: schedules.length + (begun && isCommand ? 1 : 0),
    claimAfter: claim,
  };
}

/** Kilobytes of the marker of so many commits. */
export function markerKilobytes(commits: number): number {
  return MARKER + commits * MARKED_COMMIT;
}

const nothing: Commit = { alone: false, emits: false, kilobytes: [] };

/** Puts tasks of one message together as the runtime does: in one commit, where no client stands between them. */
export function commitsOf(works: readonly Work[]): readonly Commit[] {
  const commits: Commit[] = [];
  let open: Commit = nothing;
  const close = (): void => {
    if (open !== nothing) commits.push(open);
    open = nothing;
  };
  for (const commit of works.flatMap((work) => work.commits)) {
    if (!commit.alone) {
      open = { alone: false, emits: open.emits || commit.emits, kilobytes: [...open.kilobytes, ...commit.kilobytes] };
      continue;
    }
    close();
    commits.push(commit);
  }
  close();
  return commits;
}
