// A deploy that changes versions of events: each service at a time of its own, some back again for a while, or for good.
import type { Envelope, EventType, Reaction, Service, Trigger } from 'aws-choreography';
import type { AnyTransaction, RunnableReaction } from '../../lib/contract/reaction-checks.ts';
import { reactionsOf } from '../../lib/contract/service.ts';
import type { Random } from '../../lib/embedded/random.ts';
import { createRuntime } from '../../lib/runtime/create-runtime.ts';
import type { RuntimeOptions, ServiceRuntime } from '../../lib/runtime/service-runtime.ts';
import type { Versions } from './event-versions.ts';
import type { Start } from './run.ts';
import { sideBySide } from './side-by-side.ts';

/** Milliseconds for which both run. */
const TOGETHER_MILLISECONDS = [0, 20_000, 300_000] as const;
/** Milliseconds until a deploy is rolled back, at most. */
const STAYS_MILLISECONDS_MAX = 30_000;
/** Milliseconds until it is tried again. */
const BACK_MILLISECONDS = [5_000, 200_000, 1_200_000] as const;
/** Share of the questions that the registry does not answer. */
const REGISTRY_FAILURES = 0.2;

type Read = (event: Envelope) => Envelope;

/** From a time on, this share of the invocations runs the next deployment. */
interface Phase {
  /** Milliseconds after the first process. */
  readonly at: number;
  readonly share: number;
}

function phasesOf(random: Random, withinMilliseconds: number, mayStayBack: boolean): readonly Phase[] {
  const phases: Phase[] = [];
  let at = random.integer(withinMilliseconds);
  const deploy = (share: number) => {
    phases.push({ at, share: 0.5 });
    at += random.pick(TOGETHER_MILLISECONDS);
    phases.push({ at, share });
  };
  deploy(1);
  if (random.chance(0.3)) return phases;
  at += random.integer(STAYS_MILLISECONDS_MAX);
  deploy(0);
  if (mayStayBack && random.chance(0.5)) return phases;
  at += random.pick(BACK_MILLISECONDS);
  deploy(1);
  return phases;
}

/** What one deployment knows of an event, and how its reactions, which are written for the first version, see it. */
interface Speech {
  known<Message extends Trigger>(message: Message): Message;
  /** What a reaction is given. Events that are not in its `on` have no version there. */
  read(reaction: string, on: readonly Trigger[]): Read;
  speak(tx: AnyTransaction): AnyTransaction;
}

function speechOf(versions: Versions, isNext: boolean, misread: (problem: string) => void): Speech {
  const at = (type: string) => versions.get(type);
  const known = <Message extends Trigger>(message: Message): Message => {
    const version = at(message.type);
    return isNext && version ? (version.next as unknown as Message) : message;
  };
  const inVersion = (event: EventType, data: unknown): [EventType, unknown] => {
    const version = at(event.type);
    return isNext && version ? [version.next, version.toNext(data as Readonly<Record<string, unknown>>)] : [event, data];
  };
  return {
    known,
    read: (reaction, on) => (event) => {
      const version = at(event.type);
      const expected = on.find(({ type }) => type === event.type);
      if (!version || !expected) return event;
      const { schema } = known(expected);
      if (event.dataschema !== schema.uri || schema.validate(event.data).length > 0)
        misread(`${reaction} knows ${schema.uri} and was given ${event.dataschema} ${JSON.stringify(event.data)}`);
      return isNext ? { ...event, data: version.toBefore(event.data as Readonly<Record<string, unknown>>) } : event;
    },
    speak: (tx) => ({
      ...tx,
      emit: (event, data) => tx.emit(...inVersion(event, data)),
      schedule: (event, data, options) => tx.schedule(...inVersion(event, data), options),
      fail: (event, data) => tx.fail(...inVersion(event, data)),
    }),
  };
}

function spoken(reaction: RunnableReaction, { known, read, speak }: Speech): Reaction {
  const { reads, onGiveUp, compensation, ...kept } = reaction;
  const action = read(kept.name, kept.on);
  const next: RunnableReaction = {
    ...kept,
    on: kept.on.map(known),
    emits: kept.emits.map(known),
    fails: kept.fails.map(known),
    schedules: kept.schedules.map(known),
    ...(reads ? { reads: (event) => reads(action(event)) } : {}),
    react: (event, tx) => kept.react(action(event), speak(tx)),
    ...(onGiveUp ? { onGiveUp: (event, tx, error) => onGiveUp(action(event), speak(tx), error) } : {}),
    ...(compensation
      ? {
          compensation: {
            ...compensation,
            on: compensation.on.map(known),
            emits: compensation.emits.map(known),
            undo: (trigger, tx, step) => compensation.undo(read(kept.name, compensation.on)(trigger), speak(tx), step),
          },
        }
      : {}),
  };
  return next as unknown as Reaction;
}

function deploymentOf(service: Service, versions: Versions, isNext: boolean, misread: (problem: string) => void): Service {
  const speech = speechOf(versions, isNext, misread);
  const upcasts = isNext ? [...versions.values()].flatMap(({ upcast }) => upcast ?? []) : [];
  return { ...service, reactions: reactionsOf(service).map((reaction) => spoken(reaction, speech)), upcasts };
}

/** A registry that has every version, and now and then no answer. */
function withRegistry(options: RuntimeOptions, versions: Versions): RuntimeOptions {
  const { clock, entropy } = options.ports;
  const find = async (type: string) => {
    await clock.sleep(1);
    if (entropy.random() < REGISTRY_FAILURES) throw new Error('the registry does not answer');
    return versions.get(type)?.next.schema;
  };
  return { ...options, ports: { ...options.ports, writerSchemas: { find } } };
}

/** Processes of both deployments, and what went wrong in reading. */
export interface VersionedDeploy {
  readonly start: Start;
  /** Each a sentence. */
  misreads(): readonly string[];
}

/** Starts processes of both deployments of each service; its deploy begins so many milliseconds after the first process, at most. */
export function deployingVersions(
  versions: Versions,
  random: Random,
  withinMilliseconds: number,
  start: Start = createRuntime,
): VersionedDeploy {
  const hasRegistry = random.chance(0.5);
  // Only with a registry does old code read what new code wrote, and what was renamed it never reads.
  const mayStayBack = hasRegistry && [...versions.values()].every(({ change }) => change !== 'renamed');
  const problems = new Set<string>();
  const misread = (problem: string) => void problems.add(problem);
  let first: number | undefined;
  const startBoth: Start = (given) => {
    const options = hasRegistry ? withRegistry(given, versions) : given;
    const { clock, entropy } = options.ports;
    const service = options.service as Service;
    first ??= clock.now();
    const began = first;
    const phases = phasesOf(random.fork(service.name), withinMilliseconds, mayStayBack);
    const chance = random.fork(`${service.name} ${entropy.uniqueId()}`);
    const [before, next] = [false, true].map((isNext) =>
      start({ ...options, service: deploymentOf(service, versions, isNext, misread) }),
    ) as [ServiceRuntime, ServiceRuntime];
    const current = () => {
      const { share = 0 } = phases.findLast(({ at }) => clock.now() - began >= at) ?? {};
      return chance.chance(share) ? next : before;
    };
    return sideBySide(current);
  };
  return { start: startBoth, misreads: () => [...problems] };
}
