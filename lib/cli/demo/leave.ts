import type { AnyService } from '../../contract/service.ts';
import { reactionsOf } from '../../contract/service.ts';
import { createRuntime } from '../../runtime/create-runtime.ts';
import type { RuntimeOptions, ServiceRuntime } from '../../runtime/service-runtime.ts';

/**
 * Troubles that `choreo demo --leave` leaves behind, for the commands that repair them. `failed`: a service could not
 * handle anything and has been corrected since. `paused`: a service is paused, and messages wait for it. `missed`: a
 * service was switched off and never saw its messages.
 */
export const troublesLeft = ['failed', 'paused', 'missed'] as const;

/** One of `troublesLeft`. */
export type TroubleLeft = (typeof troublesLeft)[number];

/** A service that is in trouble while the demo says so. */
export interface Troubled {
  now: 'failed' | 'missed' | undefined;
}

function failing(service: AnyService, troubled: Troubled): AnyService {
  const reactions = reactionsOf(service).map((reaction) => ({
    ...reaction,
    async react(...parameters: Parameters<typeof reaction.react>) {
      if (troubled.now !== 'failed') return reaction.react(...parameters);
      const error = new TypeError(`Cannot read properties of undefined (reading 'template')`);
      throw Object.assign(error, {
        retryable: false,
        stack: `${error}\n    at ${reaction.name} (service.js:1:1)`,
      });
    },
  }));
  return { ...service, reactions: reactions as never };
}

/** Makes runtimes of which one is in trouble for a while. */
export function troubledRuntime(name: string, troubled: Troubled): (options: RuntimeOptions) => ServiceRuntime {
  return (options) => {
    if (options.service.name !== name) return createRuntime(options);
    const runtime = createRuntime({ ...options, service: failing(options.service, troubled) });
    return {
      ...runtime,
      consume: async (deliveries, invocation) =>
        troubled.now === 'missed' ? deliveries.map(() => ({ status: 'done' as const })) : runtime.consume(deliveries, invocation),
    };
  };
}
