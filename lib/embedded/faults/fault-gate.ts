import type { Process } from '../hosts/process.ts';
import type { Scheduler } from '../time/world-clock.ts';
import type { FaultRates } from './faults.ts';

/** What one process's calls to the outside go through. */
export interface FaultGate {
  readonly process: Process;
  readonly rates: FaultRates;
  readonly scheduler: Scheduler;
  /** Makes a call: it takes time, may hang, and the process may crash before or after its effect. */
  call<Result>(effect: () => Promise<Result>, crash?: CrashRates): Promise<Result>;
  /** Waits in virtual time; does not come back to a process that crashed meanwhile. */
  sleep(milliseconds: number): Promise<void>;
}

/** Probabilities of a crash around one call. */
export interface CrashRates {
  readonly before: number;
  readonly after: number;
}

/** What `createFaultGate` takes. */
export interface FaultGateOptions {
  readonly process: Process;
  readonly rates: FaultRates;
  readonly scheduler: Scheduler;
  /** Longest time on each way of a call, in milliseconds. */
  readonly latencyMilliseconds: number;
}

/** How long after its time a process that hung goes on, at most, in milliseconds. */
const ZOMBIE_MILLISECONDS_MAX = 30_000;
/** How often a call takes time on its way, and on its way back: both, one or none of them, so that every order comes up. */
const WAY_PROBABILITY = 0.5;

/** What a crashed process waits for. */
function never(): Promise<never> {
  return new Promise(() => {});
}

/** The gate of one process. */
export function createFaultGate({ process, rates, scheduler, latencyMilliseconds }: FaultGateOptions): FaultGate {
  const { random } = process;
  const half = rates.crashElsewhere / 2;
  const elsewhere: CrashRates = { before: half, after: half / (1 - half) }; // both together: `crashElsewhere`
  const hasLatency = latencyMilliseconds > 0;
  const way = () => scheduler.sleep(random.integer(latencyMilliseconds + 1));
  const hang = () => scheduler.sleep(Math.max(0, process.deadline - scheduler.now()) + random.integer(ZOMBIE_MILLISECONDS_MAX));

  async function call<Result>(effect: () => Promise<Result>, crash = elsewhere): Promise<Result> {
    if (hasLatency && random.chance(WAY_PROBABILITY)) await way();
    if (random.chance(rates.zombie)) await hang();
    if (process.alive && random.chance(crash.before)) process.crash();
    if (!process.alive) return never();
    const result = await effect();
    if (process.alive && random.chance(crash.after)) process.crash();
    if (process.alive && hasLatency && random.chance(WAY_PROBABILITY)) await way();
    return process.alive ? result : never();
  }
  async function sleep(milliseconds: number): Promise<void> {
    await scheduler.sleep(milliseconds);
    if (!process.alive) await never();
  }
  return { process, rates, scheduler, call, sleep };
}
