import { ChoreographyError } from '../../contract/errors.ts';
import { createBridge } from '../../runtime/bridge.ts';
import type { Delivery } from '../../runtime/ports/delivery.ts';
import type { Telemetry } from '../../runtime/ports/telemetry.ts';
import type { Backbone } from '../backbone.ts';
import { createBusPublisher } from '../channels/publisher.ts';
import { createStreamMapping } from '../channels/stream-mapping.ts';
import { readStreamFailure } from '../channels/transport-failure.ts';
import { createFaultGate } from '../faults/fault-gate.ts';
import { createFaultyPublisher } from '../faults/faulty-publisher.ts';
import { createProcessPool } from './process.ts';

/** A record that can never be forwarded, and why. */
export interface MalformedRecord {
  readonly delivery: Delivery;
  readonly error: ChoreographyError;
}

/** What `createBridgeHost` takes. */
export interface BridgeHostOptions {
  readonly backbone: Backbone;
  readonly types: ReadonlySet<string> | '*';
  readonly telemetry: Telemetry;
  /** Takes what cannot be forwarded; the same record may come more than once. */
  readonly onMalformed: (record: MalformedRecord) => void;
}

/** The name under which the bridge is paused, and seen in events. */
export const BRIDGE = 'bridge';

/** Puts the bridge up on the backbone. */
export function createBridgeHost({ backbone, types, telemetry, onMalformed }: BridgeHostOptions): void {
  const { scheduler, random, rates, latencyMilliseconds, bus, stream, trace, control, emit } = backbone;
  const publisher = createBusPublisher(bus);
  const pool = createProcessPool({
    name: BRIDGE,
    scheduler,
    random: random.fork(`function ${BRIDGE}`),
    create(process) {
      const gate = createFaultGate({ process, rates, scheduler, latencyMilliseconds });
      return createBridge({
        types,
        bus: createFaultyPublisher(publisher, gate),
        clock: { now: () => scheduler.now(), sleep: gate.sleep },
        telemetry,
        onMalformed: async (delivery, error) => onMalformed({ delivery, error }),
      });
    },
    onEvent(kind, { id }) {
      trace.note(kind, scheduler.now(), id);
      emit({ kind, at: scheduler.now(), process: id });
    },
  });
  const mapping = createStreamMapping({
    stream,
    consumer: BRIDGE,
    scheduler,
    random: random.fork(`stream mapping ${BRIDGE}`),
    isPaused: () => control.isPaused(BRIDGE),
    onFailure(record) {
      const { condition, approximateInvokeCount: attempts } = record.requestContext;
      const message = `The bridge did not get the record to the bus in ${attempts} attempts (${condition}).`;
      const error = new ChoreographyError('PUBLISH_UNAVAILABLE', message, { retryable: true });
      for (const delivery of readStreamFailure(stream, record).deliveries) onMalformed({ delivery, error });
    },
    invoke(deliveries) {
      trace.note('deliver', scheduler.now(), BRIDGE, JSON.stringify(deliveries[0]?.source), deliveries.length);
      return pool.invoke((bridge, invocation) => bridge.consume(deliveries, invocation));
    },
  });
  control.onResume(BRIDGE, mapping.wake);
}
