// What sweeps and tools ask of a store; a function's start, and most events, do without.
export { queryEntities } from './entity-query.ts';
export { dropGeneration, scanEntities } from './generation-entities.ts';
export { listClaims, listDeadLetters, listDue, listOutbox, listParked, listParkedSagas, scanClaims } from './listings.ts';
export { noteSwept, sweptTo } from './swept.ts';
