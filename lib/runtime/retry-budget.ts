import type { Settings } from '../contract/settings.ts';

/**
 * What an instance may spend on tries in place. Each message brings a share of a try with it, each try takes a whole one:
 * when everything fails, because what is behind the reactions is down, traffic to it grows by that share and not by the
 * number of tries. The idea and its name are those of Finagle and of gRPC's retry throttling.
 */
export interface RetryBudget {
  /** So many messages came. */
  earn(messages: number): void;
  /** Takes a try; `false`: there is none left. */
  spend(): boolean;
}

/** A budget that is full at first. */
export function createRetryBudget({ retryBudgetShare, retryBudgetMax }: Settings): RetryBudget {
  let tries = retryBudgetMax;
  return {
    earn(messages) {
      tries = Math.min(retryBudgetMax, tries + messages * retryBudgetShare);
    },
    spend() {
      if (tries < 1) return false;
      tries -= 1;
      return true;
    },
  };
}
