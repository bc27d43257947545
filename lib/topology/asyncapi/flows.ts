import type { InboundSource } from '../../contract/inbound.ts';
import type { MessageReference, ReactionManifest, ServiceManifest } from '../manifest.ts';
import type { Carried } from './carried.ts';

/** Where messages go through. */
export type Way =
  | { readonly kind: 'stream' | 'bus' }
  /** The URL of the service that owns them. */
  | { readonly kind: 'commands'; readonly service: string }
  | { readonly kind: 'inbound'; readonly name: string; readonly service: string; readonly event: string; readonly from: InboundSource };

/** What a service does with messages on one way: an operation of the document. */
export interface Flow {
  /** In the words of the checks' paths: `payment.chargePayment.compensation.emits`. */
  readonly id: string;
  readonly service: string;
  /** An inbound has none. */
  readonly reaction?: ReactionManifest;
  readonly as: 'on' | 'emits' | 'fails' | 'schedules' | 'compensation.on' | 'compensation.emits' | 'inbound';
  readonly way: Way;
  readonly messages: readonly Carried[];
  /** What a caller gets back. @default - nothing */
  readonly replies?: readonly Carried[];
}

/** Whether a flow takes messages, and does not say them. */
export function isTaken({ as }: Flow): boolean {
  return as === 'on' || as === 'compensation.on' || as === 'inbound';
}

/** The versions of these events that the reader promises to take: its own, and what its upcasts lift. Others are taken where they fit. */
function arriving(references: readonly MessageReference[], { lifts }: ServiceManifest): readonly Carried[] {
  return references.flatMap(({ type, version }) => {
    const lifted = lifts.filter((past) => past.type === type).map((past) => past.version);
    return [...lifted, version].map((each): Carried => ({ form: 'event', type, version: each }));
  });
}

function commandFlow(service: string, reaction: ReactionManifest, { type, version }: MessageReference): Flow {
  return {
    id: `${service}.${reaction.name}.on.${type}`,
    service,
    reaction,
    as: 'on',
    way: { kind: 'commands', service },
    messages: [{ form: 'command', type, version }],
    replies: [
      { form: 'answer', type, version },
      { form: 'refusal', type, version },
    ],
  };
}

/** `carrier`: where all events go first. */
function reactionFlows(manifest: ServiceManifest, reaction: ReactionManifest, carrier: Way): readonly Flow[] {
  const { service, source } = manifest;
  const { on, emits, fails, schedules, compensation } = reaction;
  const flow = (as: Flow['as'], way: Way, messages: readonly Carried[]): readonly Flow[] =>
    messages.length === 0 ? [] : [{ id: `${service}.${reaction.name}.${as}`, service, reaction, as, way, messages }];
  const taken = (as: Flow['as'], references: readonly MessageReference[] = []) =>
    flow(as, { kind: source }, arriving(references, manifest));
  const said = (as: Flow['as'], references: readonly MessageReference[] = []) =>
    flow(
      as,
      carrier,
      references.map(({ type, version }) => ({ form: 'event', type, version })),
    );
  return [
    ...on.filter(({ kind }) => kind === 'command').map((command) => commandFlow(service, reaction, command)),
    ...taken(
      'on',
      on.filter(({ kind }) => kind === 'event'),
    ),
    ...said('emits', emits),
    ...said('fails', fails),
    ...said('schedules', schedules),
    ...taken('compensation.on', compensation?.on),
    ...said('compensation.emits', compensation?.emits),
  ];
}

/** An event may come from several places: those after the first one are numbered. */
function inboundFlows({ service, inbounds }: ServiceManifest): readonly Flow[] {
  return inbounds.map(({ event: { type, version }, from }, index) => {
    const earlier = inbounds.slice(0, index).filter(({ event }) => event.type === type).length;
    const name = earlier === 0 ? type : `${type}-${earlier + 1}`;
    return {
      id: `${service}.inbound.${name}`,
      service,
      as: 'inbound',
      way: { kind: 'inbound', name, service, event: type, from },
      messages: [{ form: 'foreign', type, version }],
    };
  });
}

/**
 * Everything that services do with messages, in the order of the manifests. All events go to the stream, from which the
 * bus is fed. Where no service reads the stream, the bus stands for both: a manifest does not say whether there is a stream.
 */
export function flowsOf(manifests: readonly ServiceManifest[]): readonly Flow[] {
  const carrier: Way = { kind: manifests.some(({ source }) => source === 'stream') ? 'stream' : 'bus' };
  return manifests.flatMap((manifest) => [
    ...manifest.reactions.flatMap((reaction) => reactionFlows(manifest, reaction, carrier)),
    ...inboundFlows(manifest),
  ]);
}
