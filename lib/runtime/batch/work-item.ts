import type { Envelope } from '../../contract/envelope.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import type { RunnableReaction } from '../../contract/reaction-checks.ts';
import type { RuntimeContext } from '../context.ts';
import type { SourcePosition } from '../journal/dead-letter.ts';
import type { FailureRecord } from '../journal/parked.ts';
import type { EntityKey } from '../journal/unit.ts';
import type { Decoded } from '../message/decode.ts';
import type { TaskOutcome } from '../tasks/outcome.ts';
import { createTask, type Role, type Task } from '../tasks/task.ts';

/** `live`: from stream or bus. `wake`: parked messages. `replay`: from the replay queue. `command`: a caller waits. `drain`: the transport gave up. */
export type BatchMode = 'live' | 'wake' | 'replay' | 'command' | 'drain';

/** One message on its way through a batch. Mutable: it lives for one batch. */
export interface WorkItem {
  /** Position of its delivery: results are given back by it. */
  readonly index: number;
  readonly saga: string;
  readonly original: Envelope;
  readonly source: SourcePosition;
  /** Place in the saga's line, when it is parked. */
  readonly order?: number;
  /** Only these reactions. @default - all that are concerned */
  reactions?: readonly string[] | undefined;
  tasks: Task[];
  /** Why it cannot be read; `retryable`: it may be later, e.g. an unknown newer version. */
  readonly problem?: ChoreographyError;
  /** The document that a redrive of it came from. */
  readonly deadLetter?: string;
  /** The last technical failure; cleared by each round. */
  failedWith?: unknown;
  /** Tries in this batch that failed. */
  tries: number;
  /** Rounds that ended in a conflict. */
  conflicts: number;
  /** Entities that a refused commit meant to create: the next round looks whether they are there. */
  watched: readonly EntityKey[];
  state: 'pending' | 'done' | 'parked' | 'unfinished';
  readonly outcomes: Map<string, TaskOutcome>;
}

/** What an item is made from. */
export interface ItemParts {
  readonly index: number;
  readonly decoded: Decoded & { readonly kind: 'message' };
  readonly source: SourcePosition;
  readonly redriven?: boolean;
  readonly deadLetter?: string;
  /** Only these reactions. @default - all that are concerned */
  readonly reactions?: readonly string[];
  readonly order?: number;
  readonly failures?: Readonly<Record<string, FailureRecord>>;
}

/** Makes the tasks of a message: the reactions on it, and those that it undoes. */
export function createItem(parts: ItemParts): WorkItem {
  const { decoded, source, redriven = false, deadLetter, reactions, failures = {} } = parts;
  const { message, original, subscription } = decoded;
  const tasks: Task[] = [];
  const add = (reaction: RunnableReaction, role: Role) => {
    const failure = failures[reaction.name];
    if (reactions === undefined || reactions.includes(reaction.name))
      tasks.push(createTask({ reaction, role, message, original, source, redriven, deadLetter, failure }));
  };
  for (const reaction of subscription.actions) add(reaction, 'action');
  for (const reaction of subscription.undoes) add(reaction, 'trigger');
  const item = emptyItem(parts.index, original, source, tasks, parts.order);
  item.reactions = reactions;
  return item;
}

/** An item with given tasks. */
export function emptyItem(index: number, original: Envelope, source: SourcePosition, tasks: Task[], order?: number): WorkItem {
  return {
    index,
    saga: original.correlationid,
    original,
    source,
    order,
    tasks,
    reactions: undefined,
    problem: undefined,
    deadLetter: undefined,
    failedWith: undefined,
    tries: 0,
    conflicts: 0,
    watched: [],
    state: tasks.length === 0 ? 'done' : 'pending',
    outcomes: new Map(),
  };
}

/** An item that cannot be read: never, or not yet; then it waits in the parked list, and no attempt counts. */
export function unreadableItem(
  index: number,
  original: Envelope,
  source: SourcePosition,
  problem: ChoreographyError,
  from: Pick<WorkItem, 'order' | 'deadLetter'> = {},
): WorkItem {
  return { ...emptyItem(index, original, source, [], from.order), ...from, problem, state: 'pending' };
}

/** Seconds that the clock of a publisher may be ahead. */
const AHEAD_SECONDS_MAX = 3_600;

/** `TOO_OLD`, when the message is older than the claims that would recognise it; `TIME_AHEAD`, when it would never be. */
export function tooOld({ ports, settings }: RuntimeContext, message: Envelope): ChoreographyError | undefined {
  const ageSeconds = (ports.clock.now() - Date.parse(message.time)) / 1000;
  if (ageSeconds < -AHEAD_SECONDS_MAX) {
    return new ChoreographyError(
      'TIME_AHEAD',
      `${message.type} ${message.id} is of ${message.time}, more than ${AHEAD_SECONDS_MAX} s ahead: it would never become too old. Correct the clock of ${message.source}.`,
      {
        details: { time: message.time, source: message.source },
      },
    );
  }
  if (ageSeconds <= settings.messageAgeSecondsMax) return undefined;
  return new ChoreographyError(
    'TOO_OLD',
    `${message.type} ${message.id} is of ${message.time}: older than the ${settings.messageAgeSecondsMax} s for which the journal recognises a message, so it is not run.`,
    {
      details: { time: message.time, limitSeconds: settings.messageAgeSecondsMax },
    },
  );
}
