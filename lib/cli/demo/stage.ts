import { ChoreographyError } from '../../contract/errors.ts';
import { createEngine, type Engine } from '../../embedded/engine.ts';
import type { PublishedRecord } from '../../embedded/engine-event.ts';
import type { Telemetry } from '../../runtime/ports/telemetry.ts';
import { type EnginePorts, enginePorts } from '../world/engine-ports.ts';
import { faultRates } from '../world/fault-options.ts';
import { createFactLog, type FactLog } from './fact-log.ts';
import { type Troubled, troubledRuntime } from './leave.ts';
import type { DemoOptions } from './options.ts';
import type { PlannedOrder } from './plan.ts';
import type { SagaReport } from './report.ts';
import { sagaTimeline } from './saga-timeline.ts';
import type { Sample, SampleOrder, SampleView, SampleWorld } from './sample.ts';
import { createTroubleCounter, type TroubleCounter } from './troubles.ts';

/** An order that was accepted: its saga runs. */
export interface RunningSaga {
  readonly order: SampleOrder;
  readonly saga: string;
  readonly answer: unknown;
}

/** The engine with the sample on it, and all that was seen so far. */
export interface Stage extends EnginePorts {
  readonly sample: Sample;
  readonly engine: Engine;
  readonly world: SampleWorld;
  readonly troubles: TroubleCounter;
  readonly sagas: readonly RunningSaga[];
  readonly log: FactLog;
  /** Whether the service that can be left in trouble is in it now. */
  readonly troubled: Troubled;
  /** Copies that the journals refused. */
  duplicatesRefused(): number;
  place(order: PlannedOrder): Promise<void>;
  report(saga: RunningSaga): SagaReport;
  view(): SampleView;
}

function createTelemetry(engine: () => Engine, log: FactLog, troubles: TroubleCounter): Telemetry {
  return {
    count: (name, _, value = 1) => troubles.onCount(name, value),
    time() {},
    log: (record) => log.onLog(record, engine().scheduler.now()),
  };
}

/** Milliseconds since 1970 of the event that ended the saga. */
function endedAt(events: readonly PublishedRecord[], world: SampleWorld): number | undefined {
  return events.find((_, index) => world.ending(events.slice(0, index + 1).map(({ envelope }) => envelope)) !== undefined)?.at;
}

function reportOf({ order, saga }: RunningSaga, { world, engine, log }: Pick<Stage, 'world' | 'engine' | 'log'>): SagaReport {
  const { startedAt, steps, duplicates } = sagaTimeline(log.ofSaga(saga), log);
  const events = engine.published().filter(({ envelope }) => envelope.correlationid === saga);
  const ending = world.ending(events.map(({ envelope }) => envelope));
  const end = endedAt(events, world) ?? engine.scheduler.now();
  return {
    order: order.number,
    label: order.label,
    saga,
    ending: ending?.kind ?? 'open',
    ...(ending?.because === undefined ? {} : { because: ending.because }),
    tookMilliseconds: end - startedAt,
    steps,
    duplicates,
  };
}

/** Sets the stage: an engine with the faults that were asked for, and what is there before the first order. */
export function createStage(sample: Sample, options: DemoOptions): Stage {
  const world = sample.createWorld();
  const log = createFactLog();
  const sagas: RunningSaga[] = [];
  const troubled: Troubled = { now: undefined };
  const troubles = createTroubleCounter();
  const telemetry = createTelemetry(() => engine, log, troubles);
  const { seed } = options;
  const engine: Engine = createEngine(sample.choreography, {
    seed,
    faults: faultRates(options),
    clients: world.clients,
    given: sample.given,
    telemetry: () => telemetry,
    createRuntime: troubledRuntime(sample.bystander, troubled),
  });
  const ports = enginePorts(engine, sample.choreography);
  engine.onEvent(troubles.onEvent);
  engine.onEvent(log.onEvent);
  return {
    sample,
    engine,
    world,
    troubles,
    sagas,
    log,
    ...ports,
    troubled,
    duplicatesRefused: () => log.facts.filter(({ outcome }) => outcome === 'duplicate').length,
    async place({ number, refusedBy }) {
      const order = world.order(number, refusedBy);
      const outcome = await engine.send(sample.command, order.data, { idempotencyKey: `order-${number}`, caller: 'web-shop' });
      if (!outcome.ok)
        throw new ChoreographyError(outcome.code, outcome.message, { retryable: outcome.retryable, details: { order: number } });
      world.accepted(order, outcome.answer);
      sagas.push({ order, saga: outcome.correlationId, answer: outcome.answer });
    },
    report: (saga) => reportOf(saga, { world, engine, log }),
    view: () => ({
      entity: (service, entity, id) => engine.store(service).entity(entity, id)?.state,
      claims: (service) => engine.store(service).allClaims(),
      answers: sagas.map(({ answer }) => answer),
    }),
  };
}
