import type { Envelope } from '../../contract/envelope.ts';
import type { RunnableReaction } from '../../contract/reaction-checks.ts';
import type { ErrorRecord, SourcePosition } from '../journal/dead-letter.ts';
import { entryKey, type ItemKey, stepKey } from '../journal/item-key.ts';
import type { FailureRecord } from '../journal/parked.ts';
import type { CallMemory } from '../transaction/outside-calls.ts';

/** `action`: run the reaction. `trigger`: undo it. `settle`: learn the outcome of a started step, then undo it. */
export type Role = 'action' | 'trigger' | 'settle';

/** Why a task is to be given up in the next round. */
export interface GiveUp {
  readonly error: ErrorRecord;
  /** A technical give-up counts towards pausing the consumer; a poison message does not. */
  readonly technical: boolean;
  readonly phase: 'react' | 'undo' | 'transport';
  /** The store will not take the give-up either: what fits of the message is kept, and the claim stays as it is. */
  readonly hopeless?: boolean;
}

/** What one reaction has to do about one message. Mutable: it lives for one batch. */
export interface Task {
  readonly reaction: RunnableReaction;
  readonly role: Role;
  /** In the current version. */
  readonly message: Envelope;
  /** As it came. */
  readonly original: Envelope;
  readonly key: ItemKey;
  readonly source: SourcePosition;
  /** It came through the replay queue: a dead letter may be run again. */
  readonly redriven: boolean;
  /** The document that a redrive came from. */
  readonly deadLetter?: string;
  /** Answers of outside calls made in this process. */
  readonly memory: CallMemory;
  /** The commits of this task in this process: a `started` of our own is not somebody else's. */
  readonly ownCommits: Set<string>;
  failure?: FailureRecord;
  giveUp?: GiveUp;
  /** The claim had a dead letter when this delivery met it. */
  wasGivenUp: boolean;
}

/** Where the claim of a reaction on a message lives. */
export function claimKey(reaction: RunnableReaction, message: Envelope): ItemKey {
  if (reaction.compensation) return stepKey(message.correlationid, reaction.name);
  return entryKey(message.correlationid, reaction.name, message.source, message.id);
}

/** Makes a task. */
export function createTask(
  parts: Pick<Task, 'reaction' | 'role' | 'message' | 'original' | 'source' | 'redriven' | 'deadLetter'> & {
    failure?: FailureRecord;
  },
): Task {
  const { reaction, role, message, original, source, redriven, deadLetter, failure } = parts;
  const key = claimKey(reaction, message);
  return {
    reaction,
    role,
    message,
    original,
    source,
    redriven,
    deadLetter,
    key,
    memory: new Map(),
    ownCommits: new Set(),
    failure,
    giveUp: undefined,
    wasGivenUp: false,
  };
}

/** An error as data, text and stack capped: there has to be room for the message beside it. */
export function errorRecord(error: unknown): ErrorRecord {
  if (!(error instanceof Error)) return { code: 'REACTION_FAILED', message: String(error).slice(0, MESSAGE_CHARACTERS_MAX) };
  const code = (error as { code?: unknown }).code;
  const stack = error.stack?.split('\n', STACK_LINES_MAX).join('\n').slice(0, STACK_CHARACTERS_MAX);
  return {
    code: typeof code === 'string' && code !== '' ? code.slice(0, 100) : 'REACTION_FAILED',
    message: error.message.slice(0, MESSAGE_CHARACTERS_MAX),
    ...(stack === undefined ? {} : { stack }),
  };
}

/** Characters of an error's text that are kept. */
const MESSAGE_CHARACTERS_MAX = 2_000;
/** Lines of a stack that are kept. */
const STACK_LINES_MAX = 12;
/** Characters of these lines: the first ones repeat the text, which may hold a whole message. */
const STACK_CHARACTERS_MAX = 4_000;
