import type { Envelope } from '../../contract/envelope.ts';
import { awaitsUndo, type Claim, type Emission } from '../../runtime/journal/claim.ts';
import type { FailureRecord, SagaMarker } from '../../runtime/journal/parked.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import { isoOf, type OperatorAccess } from '../access.ts';
import { withPatience } from '../patience.ts';
import { readLots } from '../read-lots.ts';
import { givenUp } from './given-up.ts';
import { type MissingEvent, missingReactions } from './missing.ts';
import { type OpenLetter, stops } from './open-letters.ts';
import { openSince } from './open-step.ts';

/**
 * Why a saga does not go on. `parked`: its messages wait for another try. `open`: a step has begun and nobody knows how it
 * ended, or it gave up. `given-up`: a message has a dead letter, and a reaction on it has left no claim. `missing`: so it
 * is without a dead letter, and the event is out. `unpublished`: the event is committed, and its outbox marker is still
 * there.
 */
export interface StuckFinding {
  readonly kind: 'parked' | 'open' | 'given-up' | 'missing' | 'unpublished';
  readonly correlationId: string;
  /** Where it stands still. */
  readonly service: string;
  readonly reaction?: string;
  /** Of `open`. */
  readonly state?: Claim['state'];
  readonly undoRequested?: boolean;
  /** The message that waits, or that nobody reacted to. */
  readonly event?: Pick<Envelope, 'id' | 'source' | 'type'>;
  readonly since: string;
  /** The last failure of what is parked, or was given up. */
  readonly failure?: Pick<FailureRecord, 'attempts' | 'error'>;
  readonly deadLetters: readonly string[];
  /** The service does not take messages now. */
  readonly paused: boolean;
}

/** Parked sagas of one service that are listed. */
const PARKED_MAX = 100;

/** What findings are made from. */
export interface Look {
  readonly access: OperatorAccess;
  readonly manifests: readonly ServiceManifest[];
  /** Milliseconds since 1970: what is younger than the second, or older than the first, is left out. */
  readonly from: number;
  readonly to: number;
  readonly isPaused: (service: string) => Promise<boolean>;
  readonly letters: (service: string) => Promise<readonly OpenLetter[]>;
}

async function parkedFinding({ access, isPaused }: Look, service: string, { saga, parkedAt }: SagaMarker): Promise<StuckFinding> {
  const [head] = await withPatience(access.clock, () => access.store(service).listParked(saga, 1));
  const failure = Object.entries(head?.failures ?? {}).sort(([, left], [, right]) => right.lastAt - left.lastAt)[0];
  return {
    kind: 'parked',
    correlationId: saga,
    service,
    ...(failure ? { reaction: failure[0], failure: failure[1] } : {}),
    ...(head ? { event: { id: head.message.id, source: head.message.source, type: head.message.type } } : {}),
    since: isoOf(parkedAt),
    deadLetters: [],
    paused: await isPaused(service),
  };
}

/** Of sagas whose messages wait for another try. */
export async function parkedFindings(look: Look, service: string): Promise<readonly StuckFinding[]> {
  const { access, to } = look;
  const query = { wakeBefore: Number.MAX_SAFE_INTEGER, limit: PARKED_MAX };
  const markers = await withPatience(access.clock, () => access.store(service).listParkedSagas(query));
  return Promise.all(markers.filter(({ parkedAt }) => parkedAt <= to).map((marker) => parkedFinding(look, service, marker)));
}

/** Of a step that has begun, gave up, or is to be undone; none where nothing is open. */
export async function openFinding({ isPaused, to }: Look, service: string, claim: Claim): Promise<readonly StuckFinding[]> {
  const { state, deadLetters, saga, reaction, message } = claim;
  const undoRequested = awaitsUndo(claim);
  const isOpen = state === 'started' || state === 'gave-up' || undoRequested || deadLetters.length > 0;
  const since = openSince(claim);
  if (!isOpen || !(since <= to)) return [];
  return [
    {
      kind: 'open',
      correlationId: saga,
      service,
      reaction,
      state,
      undoRequested,
      ...(message ? { event: { id: message.id, source: message.source, type: message.type } } : {}),
      since: isoOf(since),
      deadLetters,
      paused: await isPaused(service),
    },
  ];
}

/** Events of a claim that are out for so long that somebody should have reacted. */
function eventsOf({ emissions }: Claim, { from, to }: Look): readonly { readonly event: Envelope; readonly emission: Emission }[] {
  return emissions.flatMap((emission) =>
    [...emission.events, ...emission.scheduled]
      .filter(({ time }) => Date.parse(time) >= from && Date.parse(time) <= to)
      .map((event) => ({ event, emission })),
  );
}

/** What is given up before it has a claim, of the dead letters of one service. */
export async function givenUpFindings(
  { access, manifests, to, isPaused, letters }: Look,
  service: string,
): Promise<readonly StuckFinding[]> {
  const old = (await letters(service)).filter(({ firstFailedAt }) => Date.parse(firstFailedAt) <= to);
  const found = await givenUp(access, manifests, old);
  const paused = await isPaused(service);
  return found.map(({ letter: { id, message, firstFailedAt: since, attempts, error }, reaction }) => ({
    kind: 'given-up',
    correlationId: message.correlationid,
    service,
    reaction,
    event: { id: message.id, source: message.source, type: message.type },
    since,
    failure: { attempts, error },
    deadLetters: [id],
    paused,
  }));
}

/** Whether a dead letter says why, of the service that does not react, or of the one that could not publish. */
async function isGivenUp({ letters }: Look, sender: string, { event, concern, at }: MissingEvent): Promise<boolean> {
  const name = { service: at, reaction: concern.reaction.name, messageId: event.id, messageSource: event.source };
  for (const service of new Set([at, sender])) if ((await letters(service)).some((letter) => stops(letter, name))) return true;
  return false;
}

/** What is missing and does not wait there for another try, which is a finding of its own. */
async function notParked({ access, to }: Look, missing: readonly MissingEvent[]): Promise<readonly MissingEvent[]> {
  const left = await Promise.all(
    [...new Set(missing.map(({ at }) => at))].map(async (service) => {
      const there = missing.filter(({ at }) => at === service);
      const markers = await readLots(access, service, 'sagas', [...new Set(there.map(({ event }) => event.correlationid))]);
      return there.filter(({ event }) => {
        const marker = markers.get(event.correlationid);
        return !(marker && marker.parkedAt <= to && marker.members.some(({ id, source }) => id === event.id && source === event.source));
      });
    }),
  );
  return left.flat();
}

/** Of events that claims sent, and that nobody reacted to. */
export async function missingFindings(look: Look, service: string, claims: readonly Claim[]): Promise<readonly StuckFinding[]> {
  const { access, manifests, isPaused } = look;
  const events = claims.flatMap((claim) => eventsOf(claim, look));
  const missing: MissingEvent[] = [];
  for (const one of await notParked(look, await missingReactions(access, manifests, service, events)))
    if (!(await isGivenUp(look, service, one))) missing.push(one);
  return Promise.all(
    missing.map(async ({ event, concern, at, unpublished }) => ({
      kind: unpublished ? ('unpublished' as const) : ('missing' as const),
      correlationId: event.correlationid,
      service: unpublished ? service : at,
      reaction: concern.reaction.name,
      event: { id: event.id, source: event.source, type: event.type },
      since: event.time,
      deadLetters: [],
      paused: await isPaused(unpublished ? service : at),
    })),
  );
}
