/**
 * What every adapter of a port must keep, as cases for any test runner: whoever writes an adapter runs the port's suite.
 * @module
 */
export type { ConformanceCase } from './check.ts';
export { type ControlHarness, controlConformance } from './control.ts';
export { type ControlRecordsHarness, controlRecordsConformance } from './control-records.ts';
export { type PublisherHarness, publisherConformance } from './publisher.ts';
export { type ReceivedTask, type ReplayQueueHarness, replayQueueConformance } from './replay-queue.ts';
export { storeConformance } from './store.ts';
export type { StoreHarness } from './store-harness.ts';
export { type StreamReaderHarness, streamReaderConformance } from './stream-reader.ts';
