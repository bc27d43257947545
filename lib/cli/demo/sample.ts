import type { Choreography } from '../../contract/choreography.ts';
import type { CommandType } from '../../contract/message-type.ts';
import type { GivenEntity } from '../../embedded/hosts/given-entities.ts';

/** One order that the demo sends. */
export interface SampleOrder {
  readonly number: number;
  /** E.g. `2 × tea for Ada`. */
  readonly label: string;
  readonly data: unknown;
  /** The service that will say no to it. */
  readonly refusedBy?: string;
}

/** How a saga ended, and why, in the words of the sample. */
export interface SampleEnding {
  readonly kind: 'completed' | 'undone';
  readonly because?: string;
}

/** An event, as far as an ending depends on it. */
export interface SampleEvent {
  readonly type: string;
  readonly data: unknown;
}

/** What the sample sees of the world when it checks its invariants. */
export interface SampleView {
  /** Entities by service, name and id. */
  entity(service: string, entity: string, id: string): unknown;
  /** Steps and entries of a service: whose reaction, in which state, with what `react` returned. */
  claims(service: string): readonly { readonly reaction: string; readonly state: string; readonly data?: unknown }[];
  /** The answers of the commands that were accepted. */
  readonly answers: readonly unknown[];
}

/** One invariant, looked at. */
export interface SampleCheck {
  readonly name: string;
  readonly holds: boolean;
  /** The numbers, e.g. `102 on the shelf + 18 reserved = 120 at the start`. */
  readonly detail: string;
}

/** The outside of one run: doubles with what they were asked to do. */
export interface SampleWorld {
  /** By name, as the reactions declare them. */
  readonly clients: Readonly<Record<string, object>>;
  order(number: number, refusedBy?: string): SampleOrder;
  /** The command was accepted with this answer. */
  accepted(order: SampleOrder, answer: unknown): void;
  /** `undefined`: these events are not the end of a saga. */
  ending(events: readonly SampleEvent[]): SampleEnding | undefined;
  checks(view: SampleView): readonly SampleCheck[];
  /** All that outside systems were asked to do, as plain data: the same before and after a redelivery. */
  effects(): unknown;
}

/** A choreography that `choreo demo` can run: what it needs to know about it and cannot read from it. */
export interface Sample {
  readonly choreography: Choreography;
  readonly command: CommandType;
  /** State that is there before the first order. */
  readonly given: readonly GivenEntity[];
  /** What it means that a service says no, by service, the most telling first; the others can only be down. */
  readonly refusals: Readonly<Record<string, string>>;
  /** The service that is down for one order, and after how long nobody waits for it any more. */
  readonly deadline: { readonly service: string; readonly seconds: number };
  /** The service that `--leave` leaves in trouble: no saga waits for it. */
  readonly bystander: string;
  /** The event whose broken twin is put on the stream. */
  readonly poison: SampleEvent;
  createWorld(): SampleWorld;
}
