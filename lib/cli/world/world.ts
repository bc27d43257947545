import type { OperatorAccess } from '../../operations/access.ts';
import type { WorldInputs } from './inputs.ts';

/** What an operator's command works on: services in memory, or a backbone on AWS. */
export interface World {
  readonly access: OperatorAccess;
  /** A backbone on AWS takes commands alone. */
  readonly inputs: Pick<WorldInputs, 'send'> & Partial<WorldInputs>;
  /** Waits for a piece of work; a world in virtual time runs meanwhile. */
  finish<Value>(work: Promise<Value>): Promise<Value>;
  /** A change was made: a world that stands still runs on until it has taken effect, and is kept. */
  changed(): Promise<void>;
  close(): void;
  /** Time passes only with a change. */
  readonly still: boolean;
  /** Milliseconds of the world for each of ours. @default 1 */
  readonly timeScale?: number;
}

/** Seconds of a saved run that are looked at, where its stream does not say how long it keeps records. */
export const RUN_SECONDS = 604_800;

/** Options that every operator's command has: which world it is about. */
export interface WorldOptions {
  /** File of a saved run. */
  readonly run?: string;
  /** Name of a backbone on AWS. */
  readonly backbone?: string;
  /** Where AWS is. */
  readonly endpointUrl?: string;
}
