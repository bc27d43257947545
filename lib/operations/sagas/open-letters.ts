import type { Envelope } from '../../contract/envelope.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import type { OperatorAccess } from '../access.ts';
import { type DeadLetterQuery, findDeadLetters } from '../dead-letters/list.ts';

/** A message without its data, which may be large. */
export type EnvelopeHead = Omit<Envelope, 'data'>;

/** What is told of a dead letter. */
type LetterFacts = Pick<DeadLetter, 'id' | 'phase' | 'state' | 'error' | 'attempts' | 'redrives' | 'lastFailedAt'>;

/** A dead letter that is not closed. */
export interface OpenLetter extends LetterFacts, Pick<DeadLetter, 'consumer' | 'reactions' | 'firstFailedAt'> {
  readonly message?: EnvelopeHead;
}

/** A dead letter about a step. */
export interface StepLetter extends LetterFacts {
  /** The message that was given up on: the trigger, if it was to be undone. */
  readonly message?: Pick<Envelope, 'source' | 'id'>;
}

/** A dead letter of a saga that no claim names: its message could not be read, was refused, or came upon what another one had taken. */
export interface SagaLetter extends LetterFacts {
  readonly service: string;
  /** Empty: all that take the message. */
  readonly reactions: readonly string[];
  readonly message: Pick<Envelope, 'source' | 'id' | 'type'>;
}

/** Some of the dead letters that are not closed. */
export interface OpenLetters {
  readonly letters: readonly OpenLetter[];
  /** There are others that were not looked at. */
  readonly more: boolean;
}

function factsOf({ id, phase, state, error, attempts, redrives, lastFailedAt }: LetterFacts): LetterFacts {
  return { id, phase, state, error, attempts, redrives, lastFailedAt };
}

function openLetterOf(letter: DeadLetter): OpenLetter {
  const { consumer, reactions, firstFailedAt, message } = letter;
  const { data: _, ...head } = message ?? {};
  return { ...factsOf(letter), consumer, reactions, firstFailedAt, ...(message ? { message: head as EnvelopeHead } : {}) };
}

/** What a step says of a dead letter about it. */
export function stepLetterOf({ message, ...letter }: DeadLetter): StepLetter {
  return { ...factsOf(letter), ...(message ? { message: { source: message.source, id: message.id } } : {}) };
}

/** What a saga says of a dead letter that no claim names. */
export function sagaLettersOf(letter: OpenLetter): readonly SagaLetter[] {
  const { consumer: service, reactions, message } = letter;
  if (!message) return [];
  const { source, id, type } = message;
  return [{ ...factsOf(letter), service, reactions, message: { source, id, type } }];
}

/** Dead letters that are not closed, consumer by consumer, each newest first. @throws UNKNOWN_SERVICE */
export async function openLetters(access: OperatorAccess, query: Omit<DeadLetterQuery, 'cursor'>): Promise<OpenLetters> {
  const { items, cursor } = await findDeadLetters(access, query);
  return { letters: items.map(openLetterOf), more: cursor !== undefined };
}

/** Dead letters of one consumer that are looked at, the newest ones: what more there are hold up is found as missing. */
const NEWEST_MAX = 500;

/** The newest dead letters of one consumer that are not closed. @throws UNKNOWN_SERVICE */
export function newestLetters(access: OperatorAccess, consumer: string): Promise<OpenLetters> {
  return openLetters(access, { consumer, limit: NEWEST_MAX });
}

/** A reaction that is to run on a message, or to be undone on it. */
export interface ToCome {
  readonly service: string;
  readonly reaction: string;
  readonly messageId: string;
  readonly messageSource: string;
}

/** Whether a reaction will not run on a message because of a dead letter: its service gave the message up, or the sender could not publish it. */
export function stops({ consumer, reactions, phase, message }: OpenLetter, step: ToCome): boolean {
  if (message?.id !== step.messageId || message.source !== step.messageSource) return false;
  return phase === 'publish' || (consumer === step.service && (reactions.length === 0 || reactions.includes(step.reaction)));
}
