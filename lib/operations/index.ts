/**
 * Reads what has happened, in a team's own code: on AWS over `openStream`, in a test over the `stream` of `createWorld`.
 * @module
 */

export type { StreamReader, StreamSource } from '../runtime/ports/stream-reader.ts';
export { type History, type HistoryQuery, loadHistory } from './history.ts';
export { type RecentQuery, type RecentSaga, type RecentSagas, recentSagas, type SagaSource } from './sagas/recent.ts';
export type { StreamGap, StreamPosition, WalkStart } from './shard-walk.ts';
