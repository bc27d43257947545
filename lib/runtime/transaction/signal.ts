import type { Envelope } from '../../contract/envelope.ts';
import type { ChoreographyError } from '../../contract/errors.ts';
import type { RefusalRecord } from '../journal/claim.ts';

/** How a reaction's run ended other than by returning. Remembered by the transaction, so that swallowing the throw does not undo it. */
export type Ending =
  | { readonly kind: 'fail'; readonly event: Envelope }
  | { readonly kind: 'refuse'; readonly refusal: RefusalRecord }
  /** What it was based on has changed: run again on fresh state. */
  | { readonly kind: 'conflict' }
  /** A call to an outside system may or may not have taken effect, and cannot be repeated. */
  | { readonly kind: 'unknown'; readonly error: ChoreographyError };

/** Thrown to leave a reaction early; never an error by itself. */
export class Signal extends Error {
  readonly ending: Ending;

  constructor(ending: Ending) {
    super(`The reaction ended here (${ending.kind}); let this pass instead of catching it.`);
    this.name = 'Signal';
    this.ending = ending;
  }
}
