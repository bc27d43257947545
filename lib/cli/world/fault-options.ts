import { Option } from '@commander-js/extra-typings';
import type { Faults } from '../../embedded/faults/faults.ts';
import { whole } from '../option-values.ts';

/** How much goes wrong by chance. */
export const faultLevels = ['none', 'some', 'many'] as const;

/** One of `faultLevels`. */
export type FaultLevel = (typeof faultLevels)[number];

/** The largest seed. */
export const SEED_MAX = 2 ** 32 - 1;

const rates: Readonly<Record<FaultLevel, Faults>> = {
  none: {},
  some: {
    duplicate: 0.1,
    reorder: 0.05,
    delay: 0.05,
    crashBeforeCommit: 0.02,
    crashAfterCommit: 0.02,
    throttle: 0.01,
    conflict: 0.02,
    clientFailure: 0.03,
  },
  many: {
    duplicate: 0.3,
    reorder: 0.2,
    delay: 0.1,
    crashBeforeCommit: 0.06,
    crashAfterCommit: 0.06,
    crashElsewhere: 0.01,
    throttle: 0.05,
    conflict: 0.08,
    ambiguousCommit: 0.05,
    publishFailure: 0.05,
    clientFailure: 0.1,
    zombie: 0.002,
  },
};

/** The probabilities that the options come to; `duplicate`: percent of all events. */
export function faultRates({ faults, duplicate }: { readonly faults: FaultLevel; readonly duplicate?: number }): Faults {
  return duplicate === undefined ? rates[faults] : { ...rates[faults], duplicate: duplicate / 100 };
}

/** `50` and `50%` are the same. */
function percent(text: string): number {
  return whole(0, 100)(text.replace(/%$/, ''));
}

/** `--seed`, without a default. */
export function seedOption(description: string) {
  return new Option('--seed <number>', description).argParser(whole(0, SEED_MAX));
}

/** `--faults`, without a default. */
export function faultsOption() {
  return new Option('--faults <level>', 'how much goes wrong').choices(faultLevels);
}

/** `--duplicate`. */
export function duplicateOption(description: string) {
  return new Option('--duplicate <percent>', description).argParser(percent);
}
