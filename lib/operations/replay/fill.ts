import type { Envelope } from '../../contract/envelope.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import type { Claim } from '../../runtime/journal/claim.ts';
import { begun, type Generations } from '../../runtime/journal/generations.ts';
import { hashOf } from '../../runtime/journal/hash.ts';
import { storeIn } from '../../runtime/journal/in-generation.ts';
import { type ItemKey, keyText } from '../../runtime/journal/item-key.ts';
import type { ReplaySend } from '../../runtime/ports/replay-queue.ts';
import type { Store } from '../../runtime/ports/store.ts';
import type { ReactionManifest, ServiceManifest } from '../../topology/manifest.ts';
import { findConsumer, type OperatorAccess } from '../access.ts';
import { claimKeyOf, concernedBy } from '../claim-key.ts';
import { loadGenerations, putGenerations } from '../generations/document.ts';
import { withPatience } from '../patience.ts';
import type { ReplayRecord } from './record.ts';
import type { SourceItem } from './source.ts';

/** A message that was sent to one reaction, and where its claim will be. */
interface Awaited {
  readonly key: ItemKey;
  readonly message: Envelope;
}

/** A generation while a replay fills it. */
export interface Fill {
  readonly consumer: string;
  readonly number: number;
  /** The journal as the filled generation sees it, and as live messages do. */
  readonly store: Store;
  readonly live: Store;
  readonly manifest: ServiceManifest;
  /** What was sent and has no claim yet. */
  awaited: readonly Awaited[];
}

/** Claims of one read of the store. */
const CLAIMS_READ = 100;

function gone({ id, spec: { consumer }, generation }: ReplayRecord): never {
  throw new ChoreographyError(
    'GENERATION_GONE',
    `The generation ${generation} of ${consumer}, which the replay ${id} was to fill, is discarded or in use; start a new replay.`,
    { details: { id, service: consumer, generation } },
  );
}

/** The generation that a replay fills; it is begun if this is the replay's first run. @throws GENERATION_GONE, GENERATION_BUILDING */
async function ofReplay(access: OperatorAccess, record: ReplayRecord): Promise<Generations> {
  const { id, spec, generation } = record;
  const known = await loadGenerations(access, spec.consumer);
  if (known.building?.replay === id && known.building.number === generation) return known;
  if (known.building || known.highest + 1 !== generation) return gone(record);
  const next = begun(known, id, access.clock.now());
  return (await putGenerations(access, spec.consumer, next, known)) ? next : gone(record);
}

/** Opens the generation of a replay; `undefined`: the replay fills none. @throws GENERATION_GONE */
export async function openFill(access: OperatorAccess, record: ReplayRecord): Promise<Fill | undefined> {
  const { generation: number, spec } = record;
  if (number === undefined) return undefined;
  const { manifest } = await findConsumer(access, spec.consumer);
  if (!manifest) return gone(record);
  const { current } = await ofReplay(access, record);
  const store = access.store(spec.consumer);
  return { consumer: spec.consumer, number, store: storeIn(store, number), live: storeIn(store, current), manifest, awaited: [] };
}

interface Concerned {
  readonly reaction: ReactionManifest;
  readonly item: SourceItem;
  readonly key: ItemKey;
}

function concernedIn(manifest: ServiceManifest, items: readonly SourceItem[]): readonly Concerned[] {
  return items.flatMap((item) =>
    concernedBy(manifest, item.message.type).map(({ reaction }) => ({ reaction, item, key: claimKeyOf(reaction, item.message) })),
  );
}

/** What an operator has discarded stays so. The claim of it is copied, so that no later replay runs it either. */
async function copyDiscarded({ clock }: OperatorAccess, { store, number }: Fill, claims: readonly Claim[]): Promise<void> {
  for (const claim of claims) {
    const id = `discarded-${hashOf('discarded', number, keyText(claim.key))}`;
    const unit = { id, writes: [{ kind: 'claim' as const, key: claim.key, expect: null, put: { ...claim, version: id } }] };
    await withPatience(clock, () => store.commit([unit])); // `claimed`: it is there already
  }
}

/**
 * What is sent for messages of the stream: each to the reactions that it concerns, as live messages took it, for an operator
 * may have corrected it. It is awaited from now on.
 */
export async function fillSends(access: OperatorAccess, fill: Fill, replay: string, items: readonly SourceItem[]): Promise<ReplaySend[]> {
  const concerned = concernedIn(fill.manifest, items);
  const { claims } = await withPatience(access.clock, () => fill.live.read({ claims: concerned.map(({ key }) => key) }));
  const claimOf = ({ key }: Concerned): Claim | undefined => claims.get(keyText(key));
  const discarded = concerned.filter((one) => claimOf(one)?.state === 'cancelled');
  await copyDiscarded(
    access,
    fill,
    discarded.flatMap((one) => claimOf(one) ?? []),
  );
  const sends = new Map<string, { readonly message: Envelope; readonly reactions: string[] }>();
  for (const one of concerned) {
    if (discarded.includes(one)) continue;
    const message = { ...(claimOf(one)?.message ?? one.item.message), replayid: replay };
    const name = hashOf('fill', JSON.stringify(message));
    const send = sends.get(name) ?? { message, reactions: [] };
    send.reactions.push(one.reaction.name);
    sends.set(name, send);
    fill.awaited = [...fill.awaited, { key: one.key, message }];
  }
  return [...sends].map(([name, { message, reactions }]) => ({
    task: { kind: 'message', message, reactions, generation: fill.number },
    group: hashOf('saga', message.correlationid, fill.number), // redrives wait for the switch, and must not hold it up
    deduplicationId: hashOf('replay', replay, name),
  }));
}

/** Forgets what has its claim by now; returns what is still awaited. */
export async function stillAwaited({ clock }: OperatorAccess, fill: Fill): Promise<readonly Awaited[]> {
  const left: Awaited[] = [];
  for (let from = 0; from < fill.awaited.length; from += CLAIMS_READ) {
    const part = fill.awaited.slice(from, from + CLAIMS_READ);
    const { claims } = await withPatience(clock, () => fill.store.read({ claims: part.map(({ key }) => key) }));
    left.push(...part.filter(({ key }) => !claims.has(keyText(key))));
  }
  fill.awaited = left;
  return left;
}

/** The generation does not come on: what is awaited, and what its service says of it. */
export async function stuckError(access: OperatorAccess, fill: Fill, replay: string, seconds: number): Promise<ChoreographyError> {
  const { consumer, number, awaited } = fill;
  const [first] = awaited;
  const problem = (await loadGenerations(access, consumer)).building?.problem;
  const said = problem ? ` It says: ${problem.message} (${problem.code}).` : '';
  return new ChoreographyError(
    'REBUILD_STUCK',
    `${consumer} has not taken ${awaited.length} messages into generation ${number} for ${seconds} s, the first is ${first?.message.type} ${first?.message.id}.${said} Correct it, or discard its dead letter, then: choreo replay resume ${replay}.`,
    {
      details: { service: consumer, generation: number, awaited: awaited.length, ...(problem ? { problem } : {}) },
      retryable: true,
    },
  );
}
