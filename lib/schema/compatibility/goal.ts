import type { Evaluation } from './evaluate.ts';
import type { Constraint, NodeNames, SchemaNode } from './node.ts';

/** Which schema something comes from: the one whose values must all be valid, or the one under which they must be. */
export type Side = 'sub' | 'super';

/** A schema that a value meets, or does not. */
export interface Signed {
  readonly positive: boolean;
  readonly side: Side;
  readonly node: SchemaNode;
  /** Known, and seldom of use: looked at when all else did not help. */
  readonly late?: true;
}

/** A constraint that a value meets, or does not. */
export interface Fact {
  readonly positive: boolean;
  readonly side: Side;
  readonly constraint: Constraint;
}

/** What one comparison shares: names, what was proved, and how much work is left. */
export interface Prover extends Evaluation {
  readonly names: NodeNames;
  /** An undeclared property of an open object on the side `sub` is taken to be absent where `super` declares it. */
  readonly pragmatic: boolean;
  readonly proved: Map<string, boolean>;
  /** The goals that are being proved, outermost first, with their depth. */
  readonly open: Map<string, number>;
  /** The outermost open goal that the current proof counts on. */
  counted: number;
  /** Whether no value meets all of `goal`. `false` also when that cannot be shown. */
  isEmpty(goal: readonly Signed[]): boolean;
}
