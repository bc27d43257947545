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
export type { Faults } from '../embedded/faults/faults.ts';
export type { Saga, SagaMessage, SagaParked, SagaStatus } from '../operations/sagas/saga.ts';
export type { SagaStep } from '../operations/sagas/step.ts';
export { type CheckOptions, checkChoreography } from '../topology/check.ts';
export type { Contracts } from '../topology/check-input.ts';
export type { CheckReport, Finding, Severity } from '../topology/finding.ts';
export { manifestOf, type ServiceManifest } from '../topology/manifest.ts';
export type { OutsideEvent, OutsideSystems } from '../topology/outside.ts';
export { readManifest } from '../topology/read-manifest.ts';
export type { Allowance, ReportOptions } from '../topology/report.ts';
export { type ReportTextOptions, reportText } from '../topology/report-text.ts';
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
export { type DeployedWorld, type OpenWorldOptions, openWorld } from './open-world.ts';
export { type Outcome, runService, type Spec } from './run-service.ts';
export type { EndedOptions, SagaWorld, SendOptions } from './saga-world.ts';
export { type StoredEntity, stored } from './stored.ts';
export { createWorld, type World, type WorldDeadLetter, type WorldOptions } from './world.ts';
