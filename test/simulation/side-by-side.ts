import type { ServiceRuntime } from '../../lib/runtime/service-runtime.ts';

/** A process of which each invocation runs in one of several deployments. */
export function sideBySide(current: () => ServiceRuntime): ServiceRuntime {
  return {
    consume: (...parameters) => current().consume(...parameters),
    replay: (...parameters) => current().replay(...parameters),
    drain: (...parameters) => current().drain(...parameters),
    drainTask: (...parameters) => current().drainTask(...parameters),
    sweep: (...parameters) => current().sweep(...parameters),
    execute: (...parameters) => current().execute(...parameters),
  };
}
