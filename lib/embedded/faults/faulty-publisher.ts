import type { Envelope } from '../../contract/envelope.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import type { Publisher, PublishOutcome } from '../../runtime/ports/publisher.ts';
import type { FaultGate } from './fault-gate.ts';

/** How late an event may get onto the stream, in milliseconds. */
const LATE_MILLISECONDS_MAX = 5_000;

const published: PublishOutcome = { status: 'published' };
const notNow: PublishOutcome = { status: 'retry', reason: 'throttled (an injected fault)' };

function unavailable(): ChoreographyError {
  return new ChoreographyError('PUBLISH_UNAVAILABLE', 'The channel did not answer (an injected fault); send the events again.', {
    retryable: true,
  });
}

/** The channel as one process sees it. */
export function createFaultyPublisher(publisher: Publisher, gate: FaultGate): Publisher {
  const { process, rates, scheduler } = gate;
  const { random } = process;

  function later(event: Envelope): void {
    scheduler.at(scheduler.now() + random.integer(LATE_MILLISECONDS_MAX), () => {
      publisher.publish([event]).catch((error: unknown) => scheduler.fail(error));
    });
  }
  /** Some events of the call are not taken. */
  async function publishSome(events: readonly Envelope[], failed: readonly boolean[]): Promise<readonly PublishOutcome[]> {
    const late = events.map((_, index) => !failed[index] && random.chance(rates.reorder));
    const now = events.filter((_, index) => !failed[index] && !late[index]);
    const outcomes = [...(await publisher.publish(now))];
    return events.map((event, index) => {
      if (failed[index]) return notNow;
      if (!late[index]) return outcomes.shift() ?? notNow;
      later(event); // the process is told that it is there
      return published;
    });
  }
  async function publish(events: readonly Envelope[]): Promise<readonly PublishOutcome[]> {
    if (random.chance(rates.delay)) await scheduler.sleep(random.integer(LATE_MILLISECONDS_MAX));
    const fails = random.chance(rates.publishFailure);
    const wholly = fails && random.chance(0.5);
    if (wholly && random.chance(0.5)) throw unavailable();
    const failed = events.map(() => fails && !wholly && random.chance(0.5));
    const outcomes = await publishSome(events, failed);
    for (const event of events) if (random.chance(rates.duplicate)) later(event);
    if (wholly) throw unavailable();
    return outcomes;
  }
  const hasFaults = rates.delay + rates.publishFailure + rates.reorder + rates.duplicate > 0;
  return { publish: (events) => gate.call(() => (hasFaults ? publish(events) : publisher.publish(events))) };
}
