import type { ReplaySend } from '../ports/replay-queue.ts';
import { type DeadLetter, type DeadLetterNote, withNote } from './dead-letter.ts';
import { hashOf } from './hash.ts';
import type { Unit } from './unit.ts';

/** Seconds after which a redriven document of which nothing was heard counts as open again. */
export const REDRIVEN_SECONDS = 3_600;

/** A document on its way: the unit that marks it, and what is sent once that is in. */
export interface Redrive {
  /** Its id follows from document and count: two operators who mark the same count write the same. */
  readonly unit: Unit;
  readonly send: ReplaySend;
}

/** Why a document cannot be redriven, as the end of a sentence about it; `undefined`: it can. */
export function redriveProblem({ state, phase, message }: DeadLetter): string | undefined {
  if (state === 'closed') return 'is closed';
  if (state === 'quarantined') return 'is quarantined';
  if (phase === 'publish') return 'is about an event that the service itself sends: it goes to the channel, not to the replay queue';
  return message ? undefined : 'holds no message that could be read';
}

/** Whether nothing was heard of a redriven document for so long that it counts as open. */
export function isLost({ state, redrivenAt }: DeadLetter, nowMs: number): boolean {
  return state === 'redriven' && Date.parse(redrivenAt ?? '') + REDRIVEN_SECONDS * 1000 <= nowMs;
}

/** Whether a redrive of the document is on its way: what it finds may be another outcome. */
export function isUnderWay(letter: DeadLetter, nowMs: number): boolean {
  return letter.state === 'redriven' && !isLost(letter, nowMs);
}

/**
 * What is sent for the document's present count. The id for deduplication holds the count, so the same count sent twice
 * arrives once, and the next count arrives although the last one is less than five minutes old; and it holds the
 * document, as two documents may be about one event.
 */
export function redriveSend({ id, message, reactions, redrives }: DeadLetter): ReplaySend | undefined {
  if (!message) return undefined;
  const deduplicationId = hashOf('redrive', id, message.source, message.id, ...reactions, redrives);
  const only = reactions.length > 0 ? { reactions } : {}; // a message that could not be read concerned no reaction yet
  return {
    task: { kind: 'message', message: { ...message, replayid: deduplicationId }, ...only, deadLetter: id },
    group: hashOf('saga', message.correlationid),
    deduplicationId,
  };
}

/**
 * Marks a document with its next count. It is marked first and sent then: a crash in between leaves a document that can be
 * sent again under the same count, never two counts of which one was not asked for.
 */
export function redriveOf(letter: DeadLetter, nowMs: number, note?: DeadLetterNote): Redrive | undefined {
  const redrives = letter.redrives + 1;
  const version = `redrive-${hashOf(letter.id, redrives)}`;
  const put: DeadLetter = {
    ...letter,
    version,
    state: 'redriven',
    redrives,
    redrivenAt: new Date(nowMs).toISOString(),
    ...(note ? { notes: withNote(letter, note) } : {}),
  };
  const send = redriveSend(put);
  return send && { unit: { id: version, writes: [{ kind: 'dead-letter', id: letter.id, expect: letter.version, put }] }, send };
}
