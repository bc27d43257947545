import type { Faults } from '../../lib/embedded/faults/faults.ts';
import type { Random } from '../../lib/embedded/random.ts';

/** The worst that one run may meet, per call. */
const worst: Required<Faults> = {
  duplicate: 0.15,
  delay: 0.1,
  reorder: 0.25,
  crashBeforeCommit: 0.05,
  crashAfterCommit: 0.05,
  crashElsewhere: 0.02,
  throttle: 0.03,
  conflict: 0.05,
  ambiguousCommit: 0.04,
  publishFailure: 0.08,
  clientFailure: 0.4,
  zombie: 0.01,
};

/** A mix of faults of its own for every run: some off, some mild, some bad; events are always reordered. */
export function faultMix(random: Random): Faults {
  const mix = Object.entries(worst).map(([name, rate]) => {
    const strength = name === 'reorder' ? 0.5 + random.next() / 2 : random.pick([0, 0.3, 1]);
    return [name, rate * strength] as const;
  });
  return Object.fromEntries(mix);
}
