import type { ConformanceCase } from './check.ts';
import { claimCases } from './store-claims.ts';
import { entityCases } from './store-entities.ts';
import { generationCases } from './store-generations.ts';
import { groupCases } from './store-groups.ts';
import type { StoreHarness } from './store-harness.ts';
import { listingCases } from './store-listings.ts';
import { valueCases } from './store-values.ts';

/** Every guarantee of the `Store` port. Each case wants a store that is empty. */
export const storeConformance: readonly ConformanceCase<StoreHarness>[] = [
  ...claimCases,
  ...entityCases,
  ...generationCases,
  ...groupCases,
  ...listingCases,
  ...valueCases,
];
