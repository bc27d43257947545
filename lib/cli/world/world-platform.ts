import type { Scheduler } from '../../embedded/time/world-clock.ts';
import type { OperatorAccess } from '../../operations/access.ts';
import { runJobs } from '../../operations/platform/jobs.ts';
import { platformJobs } from '../../operations/platform/platform-jobs.ts';
import { noTelemetry } from '../../runtime/ports/telemetry.ts';

/** Milliseconds between two ticks, as on AWS. */
const TICK_MILLISECONDS = 60_000;
/** Milliseconds of a tick in which jobs work. */
const WORK_MILLISECONDS = 50_000;

/**
 * Gives a served world what the operator function is on AWS: the same jobs, with each minute of the world's time, in the
 * process that serves it. What a job meets is kept with what it works on; nobody reads a log here.
 */
export function withPlatform(access: OperatorAccess, scheduler: Scheduler): OperatorAccess {
  const own: OperatorAccess = { ...access, who: 'operator function' };
  let ticks = 0;
  const tick = async (): Promise<void> => {
    const now = scheduler.now();
    ticks += 1;
    await runJobs(platformJobs, {
      clock: scheduler,
      records: own.records,
      telemetry: noTelemetry,
      process: `tick-${ticks}`,
      access: async () => own,
      deadline: now + WORK_MILLISECONDS,
      goneAt: now + TICK_MILLISECONDS,
    });
  };
  scheduler.every(TICK_MILLISECONDS, () => void tick());
  return {
    ...access,
    platform: {
      async wake() {
        void tick();
        return { woken: true };
      },
    },
  };
}
