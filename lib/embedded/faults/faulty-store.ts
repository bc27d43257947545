import { ChoreographyError } from '../../contract/errors.ts';
import type { Unit } from '../../runtime/journal/unit.ts';
import type { Store, UnitOutcome } from '../../runtime/ports/store.ts';
import type { FaultGate } from './fault-gate.ts';

function throttled(): ChoreographyError {
  return new ChoreographyError('STORE_THROTTLED', 'The store takes no calls at the moment (an injected fault); try again.', {
    retryable: true,
  });
}

function ambiguous(): ChoreographyError {
  return new ChoreographyError('COMMIT_AMBIGUOUS', 'The commit got no answer (an injected fault); repeat it to learn its outcome.', {
    retryable: true,
  });
}

/** As when another transaction holds an item of one unit. */
function collide(units: readonly Unit[], victim: number): readonly UnitOutcome[] {
  return units.map((_, index) => ({ status: index === victim ? 'conflict' : 'cancelled' }));
}

/** The store as one process sees it. */
export function createFaultyStore(store: Store, gate: FaultGate): Store {
  const { process, rates } = gate;
  const { random } = process;
  const around = { before: rates.crashBeforeCommit, after: rates.crashAfterCommit };

  async function commit(units: readonly Unit[]): Promise<readonly UnitOutcome[]> {
    if (random.chance(rates.throttle)) throw throttled();
    if (random.chance(rates.conflict)) return collide(units, random.integer(units.length));
    if (!random.chance(rates.ambiguousCommit)) return store.commit(units);
    if (random.chance(0.5)) await store.commit(units);
    throw ambiguous();
  }
  /** Any other call. */
  const plain =
    <Query extends readonly unknown[], Result>(method: (...query: Query) => Promise<Result>) =>
    (...query: Query): Promise<Result> =>
      gate.call(async () => {
        if (random.chance(rates.throttle)) throw throttled();
        return method(...query);
      });
  const looked = plain(store.generations);
  /** Where nothing was ever built anew, looking for it costs a run neither time nor chance. */
  const generations: Store['generations'] = async () => ((await store.generations()) ? looked() : undefined);
  return {
    read: plain(store.read),
    commit: (units) => gate.call(() => commit(units), around),
    listOutbox: plain(store.listOutbox),
    clearOutbox: plain(store.clearOutbox),
    keepClaim: plain(store.keepClaim),
    listDue: plain(store.listDue),
    clearDue: plain(store.clearDue),
    sweptTo: plain(store.sweptTo),
    noteSwept: plain(store.noteSwept),
    listParkedSagas: plain(store.listParkedSagas),
    listParked: plain(store.listParked),
    listDeadLetters: plain(store.listDeadLetters),
    listClaims: plain(store.listClaims),
    scanClaims: plain(store.scanClaims),
    queryEntities: plain(store.queryEntities),
    generations,
    putGenerations: plain(store.putGenerations),
    scanEntities: plain(store.scanEntities),
    dropGeneration: plain(store.dropGeneration),
    noteSuccess: plain(store.noteSuccess),
    lastSuccess: plain(store.lastSuccess),
  };
}
