import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Envelope } from '../contract/envelope.ts';
import type { RunnableReaction } from '../contract/reaction-checks.ts';
import { type AnyService, reactionsOf } from '../contract/service.ts';
import { type FieldRead, type JsonType, jsonTypeOf, RECORD_VARIABLE } from '../schema/contracts/contract.ts';
import { pointerToken } from '../schema/walk.ts';

/** Told of each field that is read, once per value. */
type Read = (path: string, type: JsonType) => void;

/**
 * Makes each field of JSON data tell when it is read. Accessors on the objects as they are, no proxies: what compares,
 * copies, spreads or prints them sees plain data, and to pass a value on is to read it.
 */
export function watchReads(data: unknown, read: Read, path = ''): void {
  if (typeof data !== 'object' || data === null) return;
  for (const [key, value] of Object.entries(data)) {
    const at = `${path}/${Array.isArray(data) ? '*' : pointerToken(key)}`;
    watchReads(value, read, at);
    let current: unknown = value;
    Object.defineProperty(data, key, {
      enumerable: true,
      configurable: true,
      get() {
        read(at, jsonTypeOf(value));
        return current;
      },
      set(next: unknown) {
        current = next;
      },
    });
  }
}

function messagesOf({ on, compensation }: RunnableReaction): ReadonlyMap<string, number> {
  return new Map([...on, ...(compensation?.on ?? [])].map(({ type, version }) => [type, version]));
}

function watchedReaction(consumer: string, reaction: RunnableReaction, record: (read: FieldRead) => void): RunnableReaction {
  const versions = messagesOf(reaction);
  const watched = (event: Envelope): Envelope => {
    const version = versions.get(event.type);
    if (version !== undefined) {
      const head = { consumer, reaction: reaction.name, message: event.type, version };
      watchReads(event.data, (path, type) => record({ ...head, path, type }));
    }
    return event;
  };
  const { compensation } = reaction;
  return {
    ...reaction,
    react: (event, tx) => reaction.react(watched(event), tx),
    ...(reaction.onGiveUp ? { onGiveUp: (event: Envelope, tx, error) => reaction.onGiveUp?.(watched(event), tx, error) } : {}),
    ...(compensation
      ? { compensation: { ...compensation, undo: (event: Envelope, tx, step) => compensation.undo(watched(event), tx, step) } }
      : {}),
  } as RunnableReaction;
}

/** The same service, whose reactions tell what they read of their messages. */
export function watchedService<S extends AnyService>(service: S, record: (read: FieldRead) => void): S {
  const reactions = reactionsOf(service).map((reaction) => watchedReaction(service.name, reaction, record));
  return { ...service, reactions } as unknown as S;
}

/** A service to run in a test, and how to keep what it read. */
export interface Recording<S> {
  readonly service: S;
  save(): void;
}

/** Records when `choreo schema record` runs the tests, and otherwise leaves the service as it is. */
export function recordReads<S extends AnyService>(service: S): Recording<S> {
  const directory = process.env[RECORD_VARIABLE];
  if (!directory) return { service, save: () => {} };
  const reads = new Map<string, FieldRead>();
  return {
    service: watchedService(service, (read) => reads.set(JSON.stringify(read), read)),
    // One file a process: a line that another process interrupts would be lost.
    save: () => appendFileSync(join(directory, `${process.pid}.jsonl`), [...reads.keys()].map((line) => `${line}\n`).join('')),
  };
}
