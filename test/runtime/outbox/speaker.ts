import { defineReaction } from 'aws-choreography';
import { event } from '../rig.ts';

export const begun = event('OrderBegun');
export const failed = event('OrderFailed');
export const said = event('WordSaid');
export const unsaid = event('WordRevoked');

/** Says a word about an order, and takes it back when that fails: an event each. */
export const speak = defineReaction({
  name: 'speak',
  on: begun,
  emits: [said],
  react({ data: { id } }, tx) {
    tx.emit(said, { id });
    return { id };
  },
  compensation: {
    on: failed,
    emits: [unsaid],
    undo(_event, tx, { id }) {
      tx.emit(unsaid, { id });
    },
  },
});
