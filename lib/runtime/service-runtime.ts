import type { CommandType } from '../contract/message-type.ts';
import type { AnyService } from '../contract/service.ts';
import type { Settings } from '../contract/settings.ts';
import type { Clock, Entropy } from './ports/clock.ts';
import type { Control } from './ports/control.ts';
import type { Delivery, DeliveryResult, Invocation, ReplayDelivery } from './ports/delivery.ts';
import type { Publisher } from './ports/publisher.ts';
import type { ReplayQueue } from './ports/replay-queue.ts';
import type { Store } from './ports/store.ts';
import type { Telemetry } from './ports/telemetry.ts';
import type { TraceContext, Tracing } from './ports/tracing.ts';
import type { WriterSchemas } from './ports/writer-schemas.ts';

/** Everything outside that a service's runtime talks to. */
export interface RuntimePorts {
  readonly store: Store;
  readonly publisher: Publisher;
  readonly replayQueue: ReplayQueue;
  readonly control: Control;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly telemetry: Telemetry;
  /** @default - no spans: events carry on the trace context of the message that they follow */
  readonly tracing?: Tracing;
  /** @default - messages of newer versions wait for a deployment */
  readonly writerSchemas?: WriterSchemas;
}

/** What `createRuntime` takes. */
export interface RuntimeOptions {
  readonly service: AnyService;
  readonly ports: RuntimePorts;
  /** The clients that the service's reactions declare, by name. @default {} */
  readonly clients?: Readonly<Record<string, object>>;
  /** @default - `defaultSettings` */
  readonly settings?: Partial<Settings>;
}

/** What the transport says of records that it gave up on. */
export interface TransportFailure {
  /** E.g. `RetryAttemptsExhausted`. */
  readonly condition: string;
  readonly attempts: number;
}

/** What one sweep did. */
export interface SweepReport {
  readonly published: number;
  readonly due: number;
  readonly woken: number;
  readonly orphans: number;
}

/** How a command ended for its caller. */
export type CommandOutcome =
  | { readonly ok: true; readonly answer: unknown; readonly correlationId: string }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
      readonly correlationId: string;
      /** Milliseconds to wait at least; of a command that came too fast. */
      readonly retryAfterMilliseconds?: number;
    };

/** What a command is called with. */
export interface CommandCall {
  readonly command: CommandType;
  readonly data: unknown;
  /** The same key from the same caller finds the first answer. */
  readonly idempotencyKey: string;
  /** Who calls; part of the correlation id. */
  readonly caller: string;
  /** Where the caller stands in a trace. @default - as `tracing` of the ports says */
  readonly trace?: TraceContext;
}

/** One running instance of a service: all paths that a message can take. It keeps no state that a restart would miss. */
export interface ServiceRuntime {
  /** A batch from the stream or the bus queue, in order. One result per delivery. Does not throw. */
  consume(deliveries: readonly Delivery[], invocation: Invocation): Promise<readonly DeliveryResult[]>;
  /** Tasks of the replay queue. One result per delivery. Does not throw. */
  replay(deliveries: readonly ReplayDelivery[], invocation: Invocation): Promise<readonly DeliveryResult[]>;
  /** Records that the transport gave up on become dead letters, for reactions that have not handled them. */
  drain(deliveries: readonly Delivery[], failure: TransportFailure, invocation: Invocation): Promise<readonly DeliveryResult[]>;
  /**
   * A task of the replay queue that the transport gave up on. A message becomes a dead letter of the reactions that it was sent to, or
   * opens the one that it came from; a `settle` is asked for again while its failures are noted. Does not throw.
   */
  drainTask(delivery: ReplayDelivery, failure: TransportFailure, invocation: Invocation): Promise<DeliveryResult>;
  /** Each minute: publishes what was left, fires what is due, asks for lost wake-ups. */
  sweep(invocation: Invocation): Promise<SweepReport>;
  /** Runs a command in this process. @throws UNKNOWN_COMMAND, SCHEMA_VIOLATION, INVALID_IDEMPOTENCY_KEY */
  execute(call: CommandCall, invocation: Invocation): Promise<CommandOutcome>;
}
