import { compact } from '../json-value.ts';

/** What every record of a Lambda event has. */
export interface LambdaRecord {
  /**
   * What `batchItemFailures` must name to have the record delivered again. Empty when the record does not tell: an empty
   * identifier fails the whole batch.
   */
  readonly itemIdentifier: string;
  /** The message as text; empty when it cannot be read. */
  readonly body: string;
  /** What is wrong with the record: it is handed on all the same, for a dead letter. @default - nothing */
  readonly problem?: string;
}

/** Joins what was read and what was missing. */
export function withProblems<T extends LambdaRecord>(record: T, problems: readonly (string | undefined)[]): T {
  const found = problems.filter((problem) => problem !== undefined);
  return compact(found.length === 0 ? record : { ...record, problem: found.join('; ') });
}
