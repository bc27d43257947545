import { ChoreographyError } from '../../contract/errors.ts';
import type { ReactionManifest } from '../../topology/manifest.ts';
import type { ConsumerInfo } from '../access.ts';

/** What is asked for, as far as it matters here. */
interface Asked {
  readonly from: { readonly kind: string };
  readonly withoutInbound?: true;
  readonly until?: unknown;
  readonly last?: unknown;
  readonly correlationId?: unknown;
  readonly types?: unknown;
  readonly reactions?: unknown;
  readonly maxMessages?: unknown;
}

function refuse(consumer: ConsumerInfo, message: string, details: Readonly<Record<string, unknown>> = {}): never {
  throw new ChoreographyError('REPROCESS_REFUSED', message, { details: { consumer: consumer.name, ...details } });
}

const hasCommand = ({ on }: ReactionManifest): boolean => on.some(({ kind }) => kind === 'command');

/**
 * Only a service whose reactions all say of themselves that running them over past events is safe: whatever it keeps is
 * then theirs, and can be built anew as a whole. Commands are on no stream. @throws REPROCESS_REFUSED
 */
export function checkRebuildable(consumer: ConsumerInfo): void {
  const { name, manifest } = consumer;
  const reactions = manifest?.reactions ?? [];
  if (reactions.length === 0) refuse(consumer, `Nobody knows which reactions ${name} has; deploy it, so that its manifest is there.`);
  const unsafe = reactions.filter((reaction) => !reaction.reprocessable || hasCommand(reaction)).map((reaction) => reaction.name);
  if (unsafe.length === 0) return;
  refuse(
    consumer,
    `${unsafe.join(', ')} of ${name} may not run again over past events: what a service keeps can be built anew only if each of its reactions declares \`reprocessable\`, and is on events. Replay with mode recover, which runs what was missed, or give the read model a service of its own.`,
    { reactions: unsafe },
  );
}

/** What came through an inbound is in the journal only. @throws REPROCESS_REFUSED */
function checkInbounds(consumer: ConsumerInfo, { withoutInbound }: Asked): void {
  const types = [...new Set((consumer.manifest?.inbounds ?? []).map(({ event }) => event.type))];
  if (types.length === 0 || withoutInbound) return;
  refuse(
    consumer,
    `${consumer.name} also takes ${types.join(', ')} from an inbound, and what comes through one is not on the stream: it would be missing. If that may be, add --without-inbound.`,
    { types },
  );
}

/** A part of the events would make a part of the state. @throws INVALID_REPLAY */
function checkWhole({ from, until, last, correlationId, types, reactions, maxMessages }: Asked): void {
  const parts = { until, last, correlationId, types, reactions, maxMessages };
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  if (from.kind === 'start' && given.length === 0) return;
  throw new ChoreographyError(
    'INVALID_REPLAY',
    'A new generation is built from everything that the stream keeps: give --from-start, and nothing that takes a part of it.',
    { details: { given: given.map(([name]) => name), from: from.kind } },
  );
}

/** Refuses to build a generation that would not be whole. @throws REPROCESS_REFUSED, INVALID_REPLAY */
export function checkReprocess(consumer: ConsumerInfo, spec: Asked): void {
  checkRebuildable(consumer);
  checkWhole(spec);
  checkInbounds(consumer, spec);
}
