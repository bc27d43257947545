/**
 * Runs services on the real runtime in memory; works with any test runner.
 * @module
 */

export {
  compileEventPattern,
  type EventPattern,
  type FieldCondition,
  matchesEventPattern,
  type Scalar,
} from '../embedded/event-pattern/index.ts';
export type { Faults } from '../embedded/faults.ts';
export {
  type ConformanceCase,
  type ControlHarness,
  type ControlRecordsHarness,
  controlConformance,
  controlRecordsConformance,
  type PublisherHarness,
  publisherConformance,
  type ReceivedTask,
  type ReplayQueueHarness,
  replayQueueConformance,
  type StoreHarness,
  type StreamReaderHarness,
  storeConformance,
  streamReaderConformance,
} from './conformance/index.ts';
export { message } from './message.ts';
export { type Outcome, runService, type Spec } from './run-service.ts';
export { type StoredEntity, stored } from './stored.ts';
export { createWorld, type World, type WorldDeadLetter, type WorldOptions } from './world.ts';
