import type { Check, FindingDraft } from '../check-input.ts';
import type { Emission, MessageNode, TopologyGraph } from '../graph.ts';
import type { ServiceManifest } from '../manifest.ts';
import { outsideEvents } from '../outside.ts';
import { called, listed } from '../wording.ts';

const lists = { emits: 'emits', fails: 'fails', schedules: 'schedules', compensation: 'compensation.emits' } as const;

/** Where an event is declared: `payment.chargePayment.compensation.emits.PaymentRefunded`. */
export function emissionPath({ reaction, as, service }: Emission, type: string): string {
  if (reaction === undefined) return service === undefined ? type : `${service}.inbound.${type}`;
  return `${reaction}.${lists[as as keyof typeof lists]}.${type}`;
}

function unheard({ type, consumedBy, emittedBy }: MessageNode, answered: ReadonlySet<string>): FindingDraft | undefined {
  const [first] = emittedBy;
  if (consumedBy.length > 0 || answered.has(type) || !first || first.as === 'external') return undefined;
  const path = emissionPath(first, type);
  const from = ({ reaction, service }: Emission) => reaction ?? (service === undefined ? 'another system' : `an inbound of ${service}`);
  const who = listed(emittedBy.map(from));
  if (emittedBy.every(({ as }) => as === 'schedules')) {
    return {
      code: 'TIMER_NOT_CONSUMED',
      path,
      message: `Nobody reacts to ${type}, which ${who} schedules: when it is due, nothing happens.`,
      fix: `React to ${type}, or stop scheduling it.`,
    };
  }
  return {
    code: 'EVENT_NOT_CONSUMED',
    path,
    message: `Nobody reacts to ${type}, which ${who} may emit.`,
    fix: `Nothing, if it is meant for future consumers. If its consumers are elsewhere, name it in \`external.consumes\`. Otherwise stop emitting it.`,
  };
}

/** Events that nobody takes. One that another system answers has got there, by whatever way. */
export const unheardEvents: Check = ({ graph: { messages } }) => {
  const answered = new Set(messages.flatMap(({ after }) => after));
  return messages.flatMap((message) => unheard(message, answered) ?? []);
};

/** Tells whether anybody emits a message that a service gets: what an inbound stands for, its own service gets alone. */
export function emittedTo({ messages }: TopologyGraph): (service: string, type: string) => boolean {
  const emissions = new Map(messages.map(({ type, emittedBy }) => [type, emittedBy]));
  return (to, type) => emissions.get(type)?.some(({ as, service }) => as !== 'inbound' || service === to) ?? false;
}

/** Services whose inbound stands for a message. */
function inboundsOf({ messages }: TopologyGraph, type: string): readonly string[] {
  const emittedBy = messages.find((message) => message.type === type)?.emittedBy ?? [];
  return emittedBy.flatMap(({ as, service }) => (as === 'inbound' && service !== undefined ? [service] : []));
}

/** What an inbound takes in never gets onto the stream: to call it external would only silence the finding. */
function unsaidText(waits: string, type: string, [owner]: readonly string[]): Pick<FindingDraft, 'message' | 'fix'> {
  if (owner === undefined) {
    return {
      message: `${waits}, which nobody emits.`,
      fix: `Emit ${type} somewhere, correct the name, or say in \`external.emits\` that it comes from elsewhere.`,
    };
  }
  return {
    message: `${waits}, which comes through an inbound of \`${owner}\`, and gets to \`${owner}\` alone.`,
    fix: `React to ${type} in \`${owner}\`, emit an event of its own there, and take that one here; or declare the inbound here as well.`,
  };
}

/** Messages that somebody waits for and nobody sends. */
export const unsaidMessages: Check = ({ graph }) => {
  const isEmitted = emittedTo(graph);
  return graph.reactions.flatMap((reaction) => {
    const isUnsaid = (type: string) => !isEmitted(reaction.service, type);
    const waits = (path: string, type: string, what: string): FindingDraft => ({
      code: 'MESSAGE_NOT_EMITTED',
      path: `${reaction.id}.${path}.${type}`,
      ...unsaidText(`${called(reaction)} ${what} ${type}`, type, inboundsOf(graph, type)),
    });
    return [
      ...reaction.on.filter(isUnsaid).map((type) => waits('on', type, 'reacts to')),
      ...(reaction.compensation?.on ?? []).filter(isUnsaid).map((type) => waits('compensation.on', type, 'is undone by')),
    ];
  });
};

/** What inbounds are said to answer, and nobody emits. */
function answeredByInbounds(manifests: readonly ServiceManifest[], emitted: ReadonlySet<string>): readonly FindingDraft[] {
  return manifests.flatMap(({ service, inbounds }) =>
    inbounds.flatMap(({ event, answers = [] }) =>
      answers
        .filter(({ type }) => !emitted.has(type))
        .map(({ type }) => ({
          code: 'EXTERNAL_UNKNOWN' as const,
          path: `${service}.inbound.${event.type}.answers.${type}`,
          message: `The inbound ${event.type} of \`${service}\` answers ${type}, which nobody emits: no saga goes that way.`,
          fix: `Emit ${type} somewhere, or take it out of \`answers\`.`,
        })),
    ),
  );
}

/**
 * What `external` and the `answers` of inbounds say of events that nobody here emits. An event that is said to come from elsewhere and that nobody takes
 * is no mistake: another service may take it one day, and a misspelled one is missed by who waits for it.
 */
export const unknownOutside: Check = ({ graph, external, manifests }) => {
  const emitted = new Set(graph.messages.flatMap(({ type, emittedBy }) => (emittedBy.length > 0 ? [type] : [])));
  const unknown = (path: string, message: string): FindingDraft => ({
    code: 'EXTERNAL_UNKNOWN',
    path: `external.${path}`,
    message,
    fix: 'Correct the name, or take it out of `external`.',
  });
  const answers = outsideEvents(external).flatMap(({ type, after }) =>
    after.flatMap((before) =>
      emitted.has(before)
        ? []
        : [
            unknown(
              `emits.${type}.after.${before}`,
              `\`external\` says that ${type} answers ${before}, which nobody emits: no saga goes that way.`,
            ),
          ],
    ),
  );
  const taken = (external.consumes ?? []).flatMap((type) =>
    emitted.has(type) ? [] : [unknown(`consumes.${type}`, `\`external\` says that ${type} is taken elsewhere, but nobody emits it.`)],
  );
  return [...answers, ...answeredByInbounds(manifests, emitted), ...taken];
};
