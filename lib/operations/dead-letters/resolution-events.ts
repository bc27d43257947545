import type { Envelope } from '../../contract/envelope.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import type { DeadLetter } from '../../runtime/journal/dead-letter.ts';
import { hashOf } from '../../runtime/journal/hash.ts';
import { schemaUri } from '../../schema/uri.ts';
import type { MessageReference, ReactionManifest } from '../../topology/manifest.ts';
import { findConsumer, isoOf, type OperatorAccess } from '../access.ts';
import { withPatience } from '../patience.ts';
import type { LetterName } from './change.ts';

/** How it ended, as somebody has found out. */
export type Resolution = 'done' | 'failed' | 'undone';

/** An event that others have to hear of it, as the reaction would have sent it, in the version that it declares. */
export interface ResolutionEvent {
  readonly type: string;
  readonly data: unknown;
  /** @default '' */
  readonly subject?: string;
}

/** Events that one resolution may send. */
const EVENTS_MAX = 10;

/** Says no to how somebody wants to close a letter. @throws RESOLVE_REFUSED */
export function refuseResolution({ consumer, id }: LetterName, why: string, more: object = {}): never {
  throw new ChoreographyError('RESOLVE_REFUSED', `The dead letter ${id} of ${consumer} cannot be resolved that way: ${why}.`, {
    details: { consumer, id, ...more },
  });
}

/** What a reaction may send where it ends so. */
function declaredBy({ emits, fails, compensation }: ReactionManifest, as: Resolution): readonly MessageReference[] {
  if (as === 'failed') return fails;
  return as === 'done' ? emits : (compensation?.emits ?? []);
}

/** The reaction of a letter, as it is deployed: that says what it may send. */
async function reactionOf(access: OperatorAccess, letter: DeadLetter): Promise<ReactionManifest> {
  const [name = ''] = letter.reactions;
  const { manifest } = await findConsumer(access, letter.consumer);
  const found = manifest?.reactions.find((reaction) => reaction.name === name);
  return (
    found ?? refuseResolution(letter, `${letter.consumer} is deployed without a manifest of ${name}, so nobody knows what that may send`)
  );
}

/** No other gate is before the stream: what cannot be checked is not sent. */
async function check(access: OperatorAccess, letter: DeadLetter, event: Envelope): Promise<void> {
  const { problems, schema, why } = await withPatience(access.clock, () => access.checkMessage(event));
  const [problem] = problems;
  if (problem) refuseResolution(letter, problem.rule.replace(/\.$/, ''));
  if (schema !== 'known') refuseResolution(letter, `the data of ${event.type} cannot be checked here (${why})`);
}

/**
 * The events that go out with a resolution: those that the reaction declares for such an end, each checked as in a
 * reaction. Their ids follow from the letter's message, so that two operators who resolve alike send the same.
 * @throws UNKNOWN_SERVICE, RESOLVE_REFUSED, REGISTRY_UNAVAILABLE (retryable)
 */
export async function resolutionEvents(
  access: OperatorAccess,
  letter: DeadLetter & Required<Pick<DeadLetter, 'message'>>,
  as: Resolution,
  events: readonly ResolutionEvent[],
): Promise<readonly Envelope[]> {
  if (events.length === 0) return [];
  if (events.length > EVENTS_MAX) refuseResolution(letter, `${events.length} events are more than ${EVENTS_MAX}`);
  const { message, consumer } = letter;
  const reaction = await reactionOf(access, letter);
  const declared = declaredBy(reaction, as);
  const names = declared.map(({ type }) => type).join(', ') || 'nothing';
  const made: Envelope[] = [];
  for (const [index, { type, data, subject = '' }] of events.entries()) {
    const reference = declared.find((one) => one.type === type);
    if (!reference) return refuseResolution(letter, `${reaction.name} sends no ${type} when it is ${as}, but ${names}`);
    const event: Envelope = {
      specversion: '1.0',
      id: hashOf('resolve', message.source, message.id, consumer, reaction.name, as, type, index),
      source: consumer,
      type,
      subject,
      time: isoOf(access.clock.now()),
      datacontenttype: 'application/json',
      dataschema: schemaUri(type, reference.version),
      data,
      correlationid: message.correlationid,
      causationid: message.id,
      partitionkey: message.partitionkey,
      hops: message.hops + 1,
    };
    await check(access, letter, event);
    made.push(event);
  }
  return made;
}
