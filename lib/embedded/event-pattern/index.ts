export { compileEventPattern, matchesEventPattern } from './compile.ts';
export type { EventPattern, FieldCondition, Scalar } from './pattern.ts';
