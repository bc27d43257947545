import type { DemoOptions } from './options.ts';
import type { TimelineStep } from './saga-timeline.ts';
import type { SampleCheck } from './sample.ts';
import type { Troubles } from './troubles.ts';

/** One saga at the moment it is shown. */
export interface SagaReport {
  readonly order: number;
  readonly label: string;
  /** The correlation id. */
  readonly saga: string;
  /** `open`: it has not ended. */
  readonly ending: 'completed' | 'undone' | 'open';
  /** Why it was undone. */
  readonly because?: string;
  /** Virtual milliseconds until the event that ended it. */
  readonly tookMilliseconds: number;
  readonly steps: readonly TimelineStep[];
  /** Copies of messages that were refused, by service. */
  readonly duplicates: Readonly<Record<string, number>>;
}

/** One dead letter. */
export interface DeadLetterReport {
  readonly service: string;
  readonly code: string;
  readonly message: string;
  /** The type of the message; absent when it could not be read. */
  readonly type?: string;
}

/** What a whole run came to: the document of `choreo demo --json`. */
export interface DemoResult {
  readonly options: DemoOptions;
  readonly ok: boolean;
  readonly sagas: readonly SagaReport[];
  readonly troubles: Troubles;
  readonly duplicatesRefused: number;
  readonly eventsPublished: number;
  readonly deadLetters: readonly DeadLetterReport[];
  readonly checks: readonly SampleCheck[];
  /** Virtual seconds from the first to the last thing that happened. */
  readonly virtualSeconds: number;
  /** The same for every run with the same options: a digest of everything that happened. */
  readonly trace: string;
}

/** What is shown while the demo runs, in this order. */
export type DemoPart =
  | {
      readonly kind: 'opening';
      readonly options: DemoOptions;
      readonly services: readonly string[];
      /** What `--fail` came to. */
      readonly broken?: string;
    }
  /** What the demo does to the shop. */
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'saga'; readonly saga: SagaReport }
  /** Since the last time. */
  | { readonly kind: 'meanwhile'; readonly troubles: Troubles }
  | { readonly kind: 'dead-letter'; readonly letter: DeadLetterReport }
  | { readonly kind: 'summary'; readonly result: DemoResult };
