import type { CallTime } from './call-time.ts';
import { endWithin, type Handler } from './stalled-answer.ts';

/** What calls are kept within. */
export type CallBounds = Pick<CallTime, 'left' | 'clock'>;

/** How the SDK asks whether, and when, an attempt is made again. */
interface RetryStrategy {
  refreshRetryTokenForRetry(...parts: readonly unknown[]): Promise<unknown>;
}

/** What of a client's resolved configuration bounds its calls. */
interface BoundedConfig {
  readonly requestHandler: Handler;
  retryStrategy(): Promise<RetryStrategy>;
}

/** Milliseconds below which no attempt is begun: it could only be cut off, and then nobody would know what became of it. */
const ATTEMPT_MILLISECONDS_MIN = 50;
/** Milliseconds that the SDK waits before an attempt, at most. */
const WAIT_MILLISECONDS_MAX = 20_000;

/** What an attempt ends with that was not begun: nothing was sent. */
export const NO_TIME_LEFT = 'NoTimeLeftError';

function noTimeLeft(): Error {
  return Object.assign(new Error('the function has no time left for a call'), { name: NO_TIME_LEFT });
}

/** No wait before an attempt goes on for longer than what is left. */
function boundWaits(strategy: RetryStrategy, { left, clock }: CallBounds): RetryStrategy {
  const refresh = strategy.refreshRetryTokenForRetry.bind(strategy);
  const tooLate = (milliseconds: number): Promise<never> => clock.sleep(milliseconds).then(() => Promise.reject(noTimeLeft()));
  strategy.refreshRetryTokenForRetry = (...parts) => {
    const milliseconds = left();
    return milliseconds < WAIT_MILLISECONDS_MAX ? Promise.race([refresh(...parts), tooLate(milliseconds)]) : refresh(...parts);
  };
  return strategy;
}

/**
 * Keeps the calls of a client of the AWS SDK within the time of the invocation: no attempt lasts longer than what is left, nor
 * does its answer, none is begun when nothing is, and the SDK waits for no attempt that comes too late; the call then ends with the
 * error of the attempt before. `requestMilliseconds`: how long an attempt lasts otherwise.
 */
export function keepWithin(client: object, bounds: CallBounds, requestMilliseconds: number): void {
  const { config } = client as { readonly config: BoundedConfig };
  const { requestHandler } = config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options) => {
    const left = bounds.left();
    if (left < ATTEMPT_MILLISECONDS_MIN) throw noTimeLeft();
    const answer = await handle(request, left < requestMilliseconds ? { ...options, requestTimeout: left } : options);
    if (left < Number.POSITIVE_INFINITY) endWithin(answer, bounds.left());
    return answer;
  };
  const strategyOf = config.retryStrategy;
  let bounded: Promise<RetryStrategy> | undefined;
  config.retryStrategy = () => {
    bounded ??= strategyOf().then((strategy) => boundWaits(strategy, bounds));
    return bounded;
  };
}
