import type { Claim } from '../../runtime/journal/claim.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import type { SagaJournal } from './journals.ts';
import type { EnvelopeHead } from './open-letters.ts';

/** An answer of another system that a saga waits for, by what the inbounds say that they answer. */
export interface AwaitedAnswer {
  /** The service whose inbounds take it. */
  readonly service: string;
  /** Types of events that it may come as: the first one is enough. */
  readonly types: readonly string[];
  /** The event that is to be answered. */
  readonly messageId: string;
  readonly messageSource: string;
  readonly type: string;
  /** ISO time at which that one went out. */
  readonly since: string;
}

const isUndone = ({ state }: Claim) => state === 'undone' || state === 'cancelled';

/** Whether all deadlines of a saga that lay ahead of a message have passed: then nobody waits for an answer to it any more. */
function isTimedOut(claims: readonly Claim[], { time }: EnvelopeHead, nowMs: number): boolean {
  const deadlines = claims.flatMap(({ emissions }) =>
    emissions.flatMap(({ scheduled }) => scheduled.map((event) => Date.parse(event.time))),
  );
  const ahead = deadlines.filter((at) => at > Date.parse(time));
  return ahead.length > 0 && ahead.every((at) => at <= nowMs);
}

/** Those that no answer has come to: the clock of the other system may be behind, so answers are counted, and the first ones answered first. */
function unanswered(asking: readonly EnvelopeHead[], answers: number): readonly EnvelopeHead[] {
  return [...asking].sort((left, right) => Date.parse(left.time) - Date.parse(right.time)).slice(answers);
}

/**
 * What another system still has to say to the messages of one saga that have gone out. Nothing, if the saga was undone, if
 * its deadlines have passed, or if the service keeps no account of so long ago.
 */
export function awaitedAnswers(
  manifests: readonly ServiceManifest[],
  journals: readonly SagaJournal[],
  out: readonly EnvelopeHead[],
  nowMs: number,
): readonly AwaitedAnswer[] {
  const claims = journals.flatMap((journal) => journal.claims);
  if (claims.some(isUndone)) return [];
  const inbounds = manifests.flatMap(({ service, inbounds: own }) => own.map((inbound) => ({ service, ...inbound })));
  const asked = new Set(inbounds.flatMap(({ answers = [] }) => answers.map(({ type }) => type)));
  return [...asked].flatMap((type) => {
    const answering = inbounds.filter(({ answers = [] }) => answers.some((one) => one.type === type));
    const answers = out.filter((message) => answering.some(({ event }) => event.type === message.type)).length;
    const open = unanswered(
      out.filter((message) => message.type === type),
      answers,
    ).filter((message) => !isTimedOut(claims, message, nowMs));
    return open.flatMap(({ id: messageId, source: messageSource, time: since }) =>
      [...new Set(answering.map(({ service }) => service))].flatMap((service): readonly AwaitedAnswer[] => {
        const account = journals.find((journal) => journal.service === service)?.since ?? 0;
        if (Date.parse(since) < account) return [];
        const types = answering.filter((inbound) => inbound.service === service).map(({ event }) => event.type);
        return [{ service, types: [...new Set(types)], messageId, messageSource, type, since }];
      }),
    );
  });
}
