/**
 * Runs services on the real runtime in memory; works with any test runner.
 * @module
 */
export { message } from './message.ts';
export { type Outcome, runService, type Spec } from './run-service.ts';
export { type StoredEntity, stored } from './stored.ts';
