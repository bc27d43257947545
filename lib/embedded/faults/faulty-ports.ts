import { ChoreographyError } from '../../contract/errors.ts';
import type { ReplayQueue } from '../../runtime/ports/replay-queue.ts';
import type { RuntimePorts } from '../../runtime/service-runtime.ts';
import type { FaultGate } from './fault-gate.ts';
import { createFaultyPublisher } from './faulty-publisher.ts';
import { createFaultyStore } from './faulty-store.ts';

function unavailable(): ChoreographyError {
  return new ChoreographyError('QUEUE_UNAVAILABLE', 'The replay queue did not answer (an injected fault); try again.', {
    retryable: true,
  });
}

function createFaultyQueue(queue: ReplayQueue, gate: FaultGate): ReplayQueue {
  const { process, rates } = gate;
  return {
    send: (sends) =>
      gate.call(async () => {
        const fails = process.random.chance(rates.throttle);
        if (!fails || process.random.chance(0.5)) await queue.send(sends);
        if (fails) throw unavailable();
      }),
  };
}

/** All ports as one process sees them, with time and chance of its own. */
export function createFaultyPorts(ports: Omit<RuntimePorts, 'clock' | 'entropy'>, gate: FaultGate): RuntimePorts {
  const { process, scheduler } = gate;
  let ids = 0;
  return {
    store: createFaultyStore(ports.store, gate),
    publisher: createFaultyPublisher(ports.publisher, gate),
    replayQueue: createFaultyQueue(ports.replayQueue, gate),
    control: {
      consumer: (name) => gate.call(() => ports.control.consumer(name)),
      setConsumer: (name, state) => gate.call(() => ports.control.setConsumer(name, state)),
    },
    clock: { now: () => scheduler.now(), sleep: gate.sleep },
    entropy: {
      random: process.random.next,
      uniqueId() {
        ids += 1;
        return `${process.id}-${ids.toString(36)}`;
      },
    },
    telemetry: ports.telemetry,
    ...(ports.tracing ? { tracing: ports.tracing } : {}),
  };
}
