import type { Check, FindingDraft } from '../check-input.ts';
import type { Emission, MessageNode, TopologyGraph } from '../graph.ts';
import { outsideEvents } from '../outside.ts';
import { called, listed } from '../wording.ts';

const lists = { emits: 'emits', fails: 'fails', schedules: 'schedules', compensation: 'compensation.emits' } as const;

/** Where an event is declared: `payment.chargePayment.compensation.emits.PaymentRefunded`. */
export function emissionPath({ reaction, as, service }: Emission, type: string): string {
  if (reaction === undefined) return service === undefined ? type : `${service}.inbound.${type}`;
  return `${reaction}.${lists[as as keyof typeof lists]}.${type}`;
}

function unheard({ type, consumedBy, emittedBy }: MessageNode): FindingDraft | undefined {
  const [first] = emittedBy;
  if (consumedBy.length > 0 || !first || first.as === 'external') return undefined;
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

/** Events that nobody takes. */
export const unheardEvents: Check = ({ graph }) => graph.messages.flatMap((message) => unheard(message) ?? []);

/** Tells whether anybody emits a message that a service gets: what an inbound stands for, its own service gets alone. */
export function emittedTo({ messages }: TopologyGraph): (service: string, type: string) => boolean {
  const emissions = new Map(messages.map(({ type, emittedBy }) => [type, emittedBy]));
  return (to, type) => emissions.get(type)?.some(({ as, service }) => as !== 'inbound' || service === to) ?? false;
}

/** Messages that somebody waits for and nobody sends. */
export const unsaidMessages: Check = ({ graph }) => {
  const isEmitted = emittedTo(graph);
  return graph.reactions.flatMap((reaction) => {
    const isUnsaid = (type: string) => !isEmitted(reaction.service, type);
    const waits = (path: string, type: string, what: string): FindingDraft => ({
      code: 'MESSAGE_NOT_EMITTED',
      path: `${reaction.id}.${path}.${type}`,
      message: `${called(reaction)} ${what} ${type}, which nobody emits.`,
      fix: `Emit ${type} somewhere, correct the name, or say in \`external.emits\` that it comes from elsewhere.`,
    });
    return [
      ...reaction.on.filter(isUnsaid).map((type) => waits('on', type, 'reacts to')),
      ...(reaction.compensation?.on ?? []).filter(isUnsaid).map((type) => waits('compensation.on', type, 'is undone by')),
    ];
  });
};

/**
 * What `external` says of events that nobody here emits. An event that is said to come from elsewhere and that nobody takes
 * is no mistake: another service may take it one day, and a misspelled one is missed by who waits for it.
 */
export const unknownOutside: Check = ({ graph, external }) => {
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
  return [...answers, ...taken];
};
