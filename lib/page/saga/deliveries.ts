import { compareTexts } from '../../contract/compare-texts.ts';
import type { Saga, SagaMessage, SagaParked, SagaStep } from '../../operations/sagas/saga.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';

/** How one delivery of a message to one reaction stands. */
export type DeliveryOutcome = 'done' | 'failed' | 'undone' | 'refused' | 'open' | 'parked' | 'expected';

/** A message that came to a service, or is to come, and what one reaction made of it. */
export interface Delivery {
  readonly messageId: string;
  readonly type: string;
  /** The message says that something failed: some compensation hears it. */
  readonly isFailure: boolean;
  readonly from: string;
  readonly to: string;
  /** Absent: it waits, and no reaction has failed on it so far. */
  readonly reaction?: string;
  /** `trigger`: the reaction is undone. */
  readonly role: 'action' | 'trigger';
  readonly outcome: DeliveryOutcome;
  /** ISO time of the message. */
  readonly sentAt: string;
  /** ISO time of the commit, where a journal tells it. */
  readonly at?: string;
  /** Types of the events that went out with it. */
  readonly sent: readonly string[];
  /** What else there is to say, e.g. the code of an error. */
  readonly note?: string;
}

type Drawn = Pick<Delivery, 'role' | 'outcome'> &
  Partial<Pick<Delivery, 'at' | 'note' | 'reaction'>> & { readonly sent?: readonly string[] };

/** A saga with what is looked up in it. */
interface Look {
  readonly saga: Saga;
  readonly byId: ReadonlyMap<string, SagaMessage>;
  readonly failures: ReadonlySet<string>;
  /** Types on which a reaction is undone, by `service reaction`. */
  readonly triggers: ReadonlyMap<string, ReadonlySet<string>>;
}

const nameOf = (service: string, reaction: string) => `${service} ${reaction}`;

function lookOf(saga: Saga, manifests: readonly ServiceManifest[]): Look {
  const triggers = new Map<string, ReadonlySet<string>>();
  for (const { service, reactions } of manifests) {
    for (const { name, compensation } of reactions)
      if (compensation) triggers.set(nameOf(service, name), new Set(compensation.on.map(({ type }) => type)));
  }
  const failures = new Set([...triggers.values()].flatMap((types) => [...types]));
  return { saga, byId: new Map(saga.messages.map((message) => [message.id, message])), failures, triggers };
}

function typesOf({ byId }: Look, ids: readonly string[]): readonly string[] {
  return ids.flatMap((id) => byId.get(id)?.type ?? []);
}

function deliveryOf({ failures }: Look, { id, type, source, time }: SagaMessage, to: string, drawn: Drawn): Delivery {
  return { messageId: id, type, isFailure: failures.has(type), from: source, to, sentAt: time, sent: [], ...drawn };
}

const actionOutcomes: Readonly<Record<SagaStep['state'], DeliveryOutcome>> = {
  started: 'open',
  done: 'done',
  failed: 'failed',
  'gave-up': 'failed',
  undone: 'done', // its undo is a delivery of its own
  cancelled: 'refused',
};

function noteOf({ state, refusal, deadLetters, firstCall }: SagaStep): Pick<Delivery, 'note'> {
  const [letter] = deadLetters.filter((one) => one.state !== 'closed');
  if (letter) return { note: letter.error.code };
  if (refusal) return { note: refusal.code };
  if (state === 'started' && firstCall) return { note: `called ${firstCall.client}.${firstCall.method}` };
  return state === 'cancelled' ? { note: 'undone before it came' } : {};
}

/** The time of the action, of a step whose last commit may be that of its undo. */
function actedAt({ byId }: Look, { state, at, emitted }: SagaStep): Pick<Delivery, 'at'> {
  const isUndo = state === 'undone' || state === 'cancelled';
  const found = isUndo ? byId.get(emitted[0] ?? '')?.time : at;
  return found === undefined ? {} : { at: found };
}

function actionOf(look: Look, step: SagaStep): readonly Delivery[] {
  const message = look.byId.get(step.messageId ?? '');
  if (!message) return [];
  const { service, reaction, state, deadLetters, emitted } = step;
  const isOpen = deadLetters.some((letter) => letter.phase !== 'undo' && letter.state !== 'closed');
  const outcome = isOpen ? 'failed' : actionOutcomes[state];
  const sent = typesOf(look, emitted);
  return [deliveryOf(look, message, service, { role: 'action', reaction, outcome, sent, ...actedAt(look, step), ...noteOf(step) })];
}

/** The message that a step was undone on: what its undo sent says so, else the first one that could be it. */
function triggerOf({ saga, byId, triggers }: Look, { service, reaction, undoEmitted, undoRequestedBy }: SagaStep): SagaMessage | undefined {
  const named = byId.get(undoRequestedBy ?? byId.get(undoEmitted[0] ?? '')?.causationId ?? '');
  return named ?? saga.messages.find(({ type }) => triggers.get(nameOf(service, reaction))?.has(type));
}

function undoOf(look: Look, step: SagaStep): readonly Delivery[] {
  const { service, reaction, state, at, undoEmitted, undoRequestedBy, deadLetters } = step;
  const isUndone = state === 'undone' || state === 'cancelled';
  if (!isUndone && undoRequestedBy === undefined) return [];
  const trigger = triggerOf(look, step);
  if (!trigger) return [];
  const failed = deadLetters.find((letter) => letter.phase === 'undo' && letter.state !== 'closed');
  const outcome = failed ? 'failed' : isUndone ? 'undone' : 'open';
  const sent = typesOf(look, undoEmitted);
  const note = failed ? { note: failed.error.code } : state === 'cancelled' ? { note: 'before it ran' } : {};
  return [deliveryOf(look, trigger, service, { role: 'trigger', reaction, outcome, sent, ...(at && isUndone ? { at } : {}), ...note })];
}

function parkedOf(look: Look, { service, messageId, failures }: SagaParked): readonly Delivery[] {
  const message = look.byId.get(messageId);
  if (!message) return [];
  const tried = Object.entries(failures);
  if (tried.length === 0) return [deliveryOf(look, message, service, { role: 'action', outcome: 'parked', note: 'waits for its saga' })];
  return tried.map(([reaction, { attempts, error }]) =>
    deliveryOf(look, message, service, { role: 'action', reaction, outcome: 'parked', note: `${error.code}, try ${attempts}` }),
  );
}

/** What is parked is expected, too; it is drawn once. */
function expectedOf(look: Look): readonly Delivery[] {
  return look.saga.expected.flatMap(({ messageId, service, reaction, role, parked }) => {
    const message = look.byId.get(messageId);
    return message && !parked ? [deliveryOf(look, message, service, { role, reaction, outcome: 'expected' })] : [];
  });
}

/** In the order of commits, as far as they are known; what has not happened stands behind what its message has led to. */
function inOrder(left: Delivery, right: Delivery): number {
  return compareTexts(left.at ?? left.sentAt, right.at ?? right.sentAt) || compareTexts(left.sentAt, right.sentAt);
}

/** Every delivery in a saga, in the order of time: what the pictures of a saga are made from. */
export function deliveriesOf(saga: Saga, manifests: readonly ServiceManifest[]): readonly Delivery[] {
  const look = lookOf(saga, manifests);
  const happened = saga.steps.flatMap((step) => [...actionOf(look, step), ...undoOf(look, step)]);
  return [...happened, ...saga.parked.flatMap((parked) => parkedOf(look, parked)), ...expectedOf(look)].sort(inOrder);
}
