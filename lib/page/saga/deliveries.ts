import { compareTexts } from '../../contract/compare-texts.ts';
import type { SagaLetter, StepLetter } from '../../operations/sagas/open-letters.ts';
import type { Saga, SagaMessage, SagaParked } from '../../operations/sagas/saga.ts';
import type { SagaStep } from '../../operations/sagas/step.ts';
import { messageKey } from '../../operations/stream-message.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import { failureTypes } from '../failure-types.ts';
import { type Delivered, type Delivery, deliveryKey, timeOf } from './delivery.ts';

type Drawn = Pick<Delivery, 'role' | 'outcome'> & Partial<Pick<Delivery, 'at' | 'note' | 'reaction' | 'sent'>>;

/** What a reaction of a service takes, and on which types it is undone. */
interface Heard {
  readonly takes: ReadonlySet<string>;
  readonly triggers: ReadonlySet<string>;
}

/** A saga with what is looked up in it. */
interface Look {
  readonly saga: Saga;
  readonly byName: ReadonlyMap<string, SagaMessage>;
  readonly failures: ReadonlySet<string>;
  /** By `service reaction`. */
  readonly heard: ReadonlyMap<string, Heard>;
}

const typesIn = (messages: readonly { readonly type: string }[] = []) => new Set(messages.map(({ type }) => type));

function lookOf(saga: Saga, manifests: readonly ServiceManifest[]): Look {
  const heard = manifests.flatMap(({ service, reactions }) =>
    reactions.map(({ name, on, compensation }): [string, Heard] => [
      `${service} ${name}`,
      { takes: typesIn(on), triggers: typesIn(compensation?.on) },
    ]),
  );
  return {
    saga,
    byName: new Map(saga.messages.map((message) => [messageKey(message), message])),
    failures: failureTypes(manifests),
    heard: new Map(heard),
  };
}

function heardBy({ heard }: Look, { service, reaction }: Pick<SagaStep, 'service' | 'reaction'>): Heard {
  return heard.get(`${service} ${reaction}`) ?? { takes: new Set(), triggers: new Set() };
}

/** Events that a service sent. */
function sentBy({ byName }: Look, source: string, ids: readonly string[]): readonly SagaMessage[] {
  return ids.flatMap((id) => byName.get(messageKey({ source, id })) ?? []);
}

const typesOf = (messages: readonly SagaMessage[]) => messages.map(({ type }) => type);

function deliveryOf({ failures }: Look, message: Delivered | undefined, to: string, drawn: Drawn): Delivery {
  return { ...(message ? { message } : {}), isFailure: message !== undefined && failures.has(message.type), to, sent: [], ...drawn };
}

const isOpen = ({ state }: StepLetter) => state !== 'closed';
const isOfUndo = ({ phase }: StepLetter) => phase === 'undo';

/** What came of the action, where no dead letter is open. */
function endOf({ state, actedAt, undoneAt, refusal, firstCall }: SagaStep, gaveUp: boolean): Pick<Delivery, 'outcome' | 'note'> {
  const called = firstCall ? `called ${firstCall.client}.${firstCall.method}` : undefined;
  if (state === 'started') return { outcome: 'open', ...(called ? { note: called } : {}) };
  if (gaveUp) return { outcome: 'failed', note: 'gave up' };
  if (state === 'failed') return { outcome: 'failed', ...(refusal ? { note: refusal.code } : {}) };
  // What there is to undo was done before, and its undo is a delivery of its own.
  if (state === 'done' || (state === 'undone' && actedAt)) return { outcome: 'done' };
  // Its end was never committed: it was learned only to be undone.
  if (state === 'undone') return { outcome: 'undone', note: called ?? 'had begun' };
  // The trigger came upon a step that had failed; without one, somebody has discarded it.
  return { outcome: 'failed', note: actedAt ? (refusal?.code ?? '') : undoneAt ? 'gave up' : 'gave up, discarded' };
}

function actionOf(look: Look, step: SagaStep): readonly Delivery[] {
  const { service, reaction, messageId: id, messageSource: source, state, actedAt, emitted, deadLetters } = step;
  const message = id === undefined || source === undefined ? undefined : look.byName.get(messageKey({ source, id }));
  if (!message) return tombstoneOf(look, step);
  const sent = sentBy(look, service, emitted);
  const letter = deadLetters.find((one) => isOpen(one) && !isOfUndo(one));
  const gaveUp = state === 'gave-up' || (state !== 'done' && sent.some((event) => event.sentBy?.phase === 'give-up'));
  const { outcome, note } = letter ? { outcome: 'failed' as const, note: letter.error.code } : endOf(step, gaveUp);
  const at = letter?.lastFailedAt ?? actedAt;
  const drawn = { role: 'action' as const, reaction, outcome, sent: typesOf(sent), ...(at ? { at } : {}), ...(note ? { note } : {}) };
  return [deliveryOf(look, message, service, drawn)];
}

/** An undo that came before its action: whatever the reaction takes in this saga is refused, sooner or later. */
function tombstoneOf(look: Look, step: SagaStep): readonly Delivery[] {
  if (step.kind !== 'step' || step.state !== 'cancelled') return [];
  const { takes } = heardBy(look, step);
  const drawn = { role: 'action' as const, reaction: step.reaction, outcome: 'refused' as const, note: 'undone before it came' };
  return look.saga.messages.filter(({ type }) => takes.has(type)).map((message) => deliveryOf(look, message, step.service, drawn));
}

/** The messages that a step may have been undone on, the first one first: one only, where the step or what its undo sent says which. */
function triggersOf(look: Look, step: SagaStep): readonly Delivered[] {
  const { trigger, undoneAt, service, undoEmitted } = step;
  if (trigger) return [look.byName.get(messageKey(trigger)) ?? trigger];
  const { triggers } = heardBy(look, step);
  const all = look.saga.messages.filter(({ type, scheduled }) => triggers.has(type) && !scheduled);
  const [event] = sentBy(look, service, undoEmitted);
  const causes = event ? all.filter(({ id }) => id === event.causationId) : [];
  if (causes.length > 0) return causes;
  const before = all.filter(({ time }) => undoneAt === undefined || time <= undoneAt);
  return before.length > 0 ? before : all;
}

/** Nothing tells them apart, so a reader has to know of them all. */
function othersNote([, ...others]: readonly Delivered[]): string | undefined {
  return others.length === 0 ? undefined : `on this, or ${others.map(({ type }) => type).join(', ')}`;
}

function undoneOf(look: Look, step: SagaStep): readonly Delivery[] {
  const { service, reaction, state, undoneAt: at, undoEmitted, messageId } = step;
  if (at === undefined) return [];
  const found = triggersOf(look, step);
  const idle = messageId === undefined ? 'before it ran' : 'nothing to undo';
  const note = state === 'cancelled' ? idle : (othersNote(found) ?? (found.length === 0 ? 'on what, no journal says' : undefined));
  const sent = typesOf(sentBy(look, service, undoEmitted));
  return [deliveryOf(look, found[0], service, { role: 'trigger', reaction, outcome: 'undone', at, sent, ...(note ? { note } : {}) })];
}

/** Undos that are asked for, or were given up. */
function openUndosOf(look: Look, step: SagaStep): readonly Delivery[] {
  const { service, reaction, undoRequestedBy, deadLetters } = step;
  const letters = deadLetters.filter((letter) => isOpen(letter) && isOfUndo(letter));
  const failed = letters.map(({ message, error, lastFailedAt: at }) =>
    deliveryOf(look, message && look.byName.get(messageKey(message)), service, {
      role: 'trigger',
      reaction,
      outcome: 'failed',
      at,
      note: error.code,
    }),
  );
  if (failed.length > 0 || undoRequestedBy === undefined) return failed;
  const [trigger] = triggersOf(look, step);
  return [deliveryOf(look, trigger, service, { role: 'trigger', reaction, outcome: 'open', note: 'once its end is known' })];
}

function parkedOf(look: Look, { service, messageId, messageSource, failures }: SagaParked): readonly Delivery[] {
  const message = look.byName.get(messageKey({ source: messageSource, id: messageId }));
  if (!message) return [];
  const tried = Object.entries(failures);
  if (tried.length === 0) return [deliveryOf(look, message, service, { role: 'action', outcome: 'parked', note: 'waits for its saga' })];
  return tried.map(([reaction, { attempts, error }]) => {
    const role = heardBy(look, { service, reaction }).triggers.has(message.type) ? 'trigger' : 'action';
    return deliveryOf(look, message, service, { role, reaction, outcome: 'parked', note: `${error.code}, try ${attempts}` });
  });
}

/** What a service gave up on without a claim; of a message that it could not read, whatever would have run on it. */
function unclaimedOf(
  look: Look,
  { id, service, reactions, phase, error, lastFailedAt: at, message: name }: SagaLetter,
): readonly Delivery[] {
  const message = look.byName.get(messageKey(name)) ?? name;
  const stopped = look.saga.expected.filter(({ deadLetter }) => deadLetter === id);
  // What could not be published has come to nobody.
  if (phase === 'publish')
    return stopped.map(({ service: to, reaction, role }) =>
      deliveryOf(look, message, to, { role, reaction, outcome: 'expected', note: error.code }),
    );
  const names = reactions.length > 0 ? reactions : stopped.map(({ reaction }) => reaction);
  return names.map((reaction) => {
    const role = phase === 'undo' || heardBy(look, { service, reaction }).triggers.has(name.type) ? 'trigger' : 'action';
    return deliveryOf(look, message, service, { role, reaction, outcome: 'failed', at, note: error.code });
  });
}

/** What is parked as a whole is drawn as that. */
function expectedOf(look: Look): readonly Delivery[] {
  const waiting = new Set(
    look.saga.parked
      .filter(({ failures }) => Object.keys(failures).length === 0)
      .map(({ service, messageSource, messageId }) => JSON.stringify([service, messageSource, messageId])),
  );
  return look.saga.expected.flatMap(({ messageId, messageSource, service, reaction, role }) => {
    const message = look.byName.get(messageKey({ source: messageSource, id: messageId }));
    if (!message || waiting.has(JSON.stringify([service, messageSource, messageId]))) return [];
    return [deliveryOf(look, message, service, { role, reaction, outcome: 'expected' })];
  });
}

/** By message: the commit that sent it, which is a little later than the message says. */
function sentTimes({ steps }: Saga): ReadonlyMap<string, string> {
  return new Map(
    steps.flatMap(({ service: source, emitted, actedAt = '', undoEmitted, undoneAt = '' }) => [
      ...emitted.map((id): [string, string] => [messageKey({ source, id }), actedAt]),
      ...undoEmitted.map((id): [string, string] => [messageKey({ source, id }), undoneAt]),
    ]),
  );
}

/** In the order of commits, as far as they are known; what left none stands behind the commit that sent its message. */
function inOrder(saga: Saga): (left: Delivery, right: Delivery) => number {
  const sent = sentTimes(saga);
  const placeOf = (delivery: Delivery) => delivery.at ?? (delivery.message && sent.get(messageKey(delivery.message))) ?? timeOf(delivery);
  return (left, right) => compareTexts(placeOf(left), placeOf(right)) || compareTexts(left.message?.time ?? '', right.message?.time ?? '');
}

/** Every delivery in a saga, in the order of time: what the pictures of a saga are made from. */
export function deliveriesOf(saga: Saga, manifests: readonly ServiceManifest[]): readonly Delivery[] {
  const look = lookOf(saga, manifests);
  const steps = saga.steps.flatMap((step) => [...actionOf(look, step), ...undoneOf(look, step), ...openUndosOf(look, step)]);
  const parked = saga.parked.flatMap((one) => parkedOf(look, one));
  const unclaimed = saga.deadLetters.flatMap((letter) => unclaimedOf(look, letter));
  // A call that waits for its next try is open and parked, and an undo that was given up is expected, too: each is drawn once.
  const drawn = new Map<string, Delivery>();
  for (const delivery of [...expectedOf(look), ...steps, ...parked]) drawn.set(deliveryKey(delivery), delivery);
  for (const delivery of unclaimed) {
    const before = drawn.get(deliveryKey(delivery)); // what a step did about the message says more
    if (!before || before.outcome === 'expected') drawn.set(deliveryKey(delivery), delivery);
  }
  return [...drawn.values()].sort(inOrder(saga));
}
