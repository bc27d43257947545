import { ChoreographyError } from '../../contract/errors.ts';
import type { CommandCall, CommandOutcome } from '../../runtime/service-runtime.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../time/world-clock.ts';
import { isPlatformFailure } from './process.ts';
import type { ServiceHost } from './service-host.ts';

/** Calls of one command, the first one included, unless the caller says otherwise. */
const TRIES_MAX = 20;
/** Milliseconds before the second call; doubles. */
const REPEAT_MILLISECONDS = 100;
const REPEAT_MILLISECONDS_MAX = 5_000;

/** What a caller needs. */
export interface CommandCallerOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly latencyMilliseconds: number;
}

/** One call; `undefined`: no answer came. */
async function callOnce(host: ServiceHost, call: CommandCall): Promise<CommandOutcome | undefined> {
  try {
    return await host.execute(call);
  } catch (error) {
    if (isPlatformFailure(error)) return undefined;
    throw error;
  }
}

/**
 * Calls a command as a good client does: when no answer comes, or one that says to try later, again with the same
 * idempotency key. @throws COMMAND_UNAVAILABLE (retryable), UNKNOWN_COMMAND, SCHEMA_VIOLATION, INVALID_IDEMPOTENCY_KEY
 */
export async function callCommand(
  { scheduler, random, latencyMilliseconds }: CommandCallerOptions,
  host: ServiceHost,
  call: CommandCall,
  triesMax = TRIES_MAX,
): Promise<CommandOutcome> {
  let outcome: CommandOutcome | undefined;
  for (let attempt = 1; attempt <= triesMax; attempt += 1) {
    await scheduler.sleep(random.integer(latencyMilliseconds + 1));
    outcome = await callOnce(host, call);
    if (outcome && (outcome.ok || !outcome.retryable)) return outcome;
    await scheduler.sleep(random.integer(Math.min(REPEAT_MILLISECONDS_MAX, REPEAT_MILLISECONDS * 2 ** attempt)));
  }
  if (outcome) return outcome;
  const message = `${call.command.type} got no answer in ${triesMax} calls; it may have been carried out. Call it again with the same idempotency key.`;
  throw new ChoreographyError('COMMAND_UNAVAILABLE', message, { retryable: true, details: { command: call.command.type } });
}
