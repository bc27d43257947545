// Events in two versions: what a new version changes, and how each deployment reads the other's.
import { type Choreography, defineUpcast, type EventType, eventType, type MessageSchema, pastVersion, type Upcast } from 'aws-choreography';
import type { Random } from '../../lib/embedded/random.ts';
import { eventsOf } from './events-of.ts';

type Data = Readonly<Record<string, unknown>>;

/**
 * What version 2 of an event is. `noted`: one more optional field, so both sides take the other's as it is. `graded`: one
 * more required field, which an upcast adds. `renamed`: its field has another name, so old code has to wait for the deploy.
 */
export type Change = 'noted' | 'graded' | 'renamed';

/** One event in both versions; the reactions of the random choreographies are written for the first. */
export interface EventVersions {
  readonly change: Change;
  readonly before: EventType;
  readonly next: EventType;
  /** Absent where version 2 takes the data of version 1. */
  readonly upcast?: Upcast;
  toNext(data: Data): Data;
  toBefore(data: Data): Data;
}

/** By type. */
export type Versions = ReadonlyMap<string, EventVersions>;

/** Share of the events that get a new version. */
const CHANGED_SHARE = 0.8;

const required: Readonly<Record<Change, Readonly<Record<string, string>>>> = {
  noted: { id: 'string' },
  graded: { id: 'string', grade: 'number' },
  renamed: { key: 'string' },
};

function nextSchema(type: string, change: Change): MessageSchema {
  return {
    uri: `urn:aws-choreography:${type}:2`,
    sensitive: [],
    validate: (data) =>
      Object.entries(required[change])
        .filter(([field, kind]) => typeof (data as Data | null)?.[field] !== kind)
        .map(([field, kind]) => ({ path: `/${field}`, expected: kind, received: typeof (data as Data | null)?.[field] })),
  };
}

const toNext: Readonly<Record<Change, (data: Data) => Data>> = {
  noted: (data) => ({ ...data, note: 'seen' }),
  graded: (data) => ({ ...data, grade: 1 }),
  renamed: ({ id, ...rest }) => ({ ...rest, key: id }),
};

function versionsOf(before: EventType, change: Change): EventVersions {
  const { type, schema } = before;
  const subject = change === 'renamed' ? 'key' : 'id';
  const up = toNext[change];
  return {
    change,
    before,
    next: eventType<string, unknown>({ type, version: 2, subject, schema: nextSchema(type, change) }),
    ...(change === 'noted' ? {} : { upcast: defineUpcast(pastVersion<string, Data, Data>({ type, version: 1, schema }), up) }),
    toNext: up,
    toBefore: (data) => ({ id: data['id'] ?? data['key'] }),
  };
}

/** Gives some of a choreography's events a second version: one of these changes. */
export function chooseVersions(choreography: Choreography, random: Random, changes: readonly Change[]): Versions {
  const changed = eventsOf(choreography).filter(({ type }) => random.fork(type).chance(CHANGED_SHARE));
  return new Map(changed.map((event) => [event.type, versionsOf(event, random.fork(`change ${event.type}`).pick(changes))]));
}
