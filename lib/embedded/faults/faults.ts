import { ChoreographyError } from '../../contract/errors.ts';

/** What goes wrong, each as a probability from 0 to 1 per call (or per event, where it says so). Everything is 0 by default. */
export interface Faults {
  /** Per event: it gets onto the stream a second time, some seconds later. */
  readonly duplicate?: number;
  /** A publish call takes some seconds. */
  readonly delay?: number;
  /** Per event: it was taken, but gets onto the stream some seconds later, after younger ones. */
  readonly reorder?: number;
  /** The process ends just before a commit. */
  readonly crashBeforeCommit?: number;
  /** The process ends just after a commit. */
  readonly crashAfterCommit?: number;
  /** The process ends just before or just after any other call. */
  readonly crashElsewhere?: number;
  /** Store and replay queue refuse a call; the queue may have taken it nevertheless. */
  readonly throttle?: number;
  /** A commit meets another transaction on one of its units. */
  readonly conflict?: number;
  /** A commit gets no answer, and is in or not. */
  readonly ambiguousCommit?: number;
  /** A publish call fails, as a whole (and is in or not) or for some of its events. */
  readonly publishFailure?: number;
  /** A client throws, before or after the call took effect. */
  readonly clientFailure?: number;
  /** A call hangs until the platform has given up, and then goes on: a process that nobody waits for any more still writes. */
  readonly zombie?: number;
}

/** Every fault with its probability. */
export type FaultRates = Required<Faults>;

const none: FaultRates = {
  duplicate: 0,
  delay: 0,
  reorder: 0,
  crashBeforeCommit: 0,
  crashAfterCommit: 0,
  crashElsewhere: 0,
  throttle: 0,
  conflict: 0,
  ambiguousCommit: 0,
  publishFailure: 0,
  clientFailure: 0,
  zombie: 0,
};

/** Fills in zeros. @throws INVALID_FAULTS */
export function checkFaults(faults: Faults = {}): FaultRates {
  for (const [name, rate] of Object.entries(faults)) {
    if (!Object.hasOwn(none, name)) {
      throw new ChoreographyError('INVALID_FAULTS', `There is no fault ${name}; the faults are ${Object.keys(none).join(', ')}.`, {
        details: { name },
      });
    }
    if (rate >= 0 && rate <= 1) continue;
    throw new ChoreographyError('INVALID_FAULTS', `The fault ${name} has the probability ${rate}: give a number from 0 to 1.`, {
      details: { name, rate },
    });
  }
  return { ...none, ...faults };
}
