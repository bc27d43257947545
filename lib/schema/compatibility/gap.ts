import type { Signed } from './goal.ts';
import type { Constraint, SchemaNode } from './node.ts';

/** `backward`: the new schema must take all that was valid before. `forward`: the old one must take all that is valid now. */
export type Direction = 'backward' | 'forward';

/** A place where values that one schema allows are, or may be, not valid under the other. */
export interface Gap {
  /** JSON Pointer into the data; `*` for any item or any other property. */
  readonly path: string;
  /** What the other schema asks for. */
  readonly constraint: Constraint;
  /** What the one schema says with the same keyword at that place. */
  readonly had: readonly Constraint[];
  /** Types of values that get lost, for a constraint on the type. */
  readonly types: readonly string[];
  /** The one schema says nothing of the property at `path`. */
  readonly isUndeclared: boolean;
  /** Whether it is certain; otherwise it could only not be ruled out. */
  readonly certain: boolean;
  /** A value at that place that the one schema allows and the other does not, as JSON. */
  readonly example?: string;
}

/** A schema that asks for one thing. */
export function soleNode(constraint: Constraint): SchemaNode {
  return { constraints: [constraint] };
}

/** What the schemas that a value meets say with the keyword of `constraint`. */
export function sameKeyword(sub: readonly Signed[], constraint: Constraint): readonly Constraint[] {
  return sub
    .filter(({ positive }) => positive)
    .flatMap(({ node }) => node.constraints)
    .filter((other) => {
      if (other.kind !== constraint.kind) return false;
      if (other.kind === 'limit' && constraint.kind === 'limit') return other.of === constraint.of && other.side === constraint.side;
      if (other.kind === 'content' && constraint.kind === 'content') return other.keyword === constraint.keyword;
      return other.kind !== 'dependency' || constraint.kind !== 'dependency' || other.name === constraint.name;
    });
}

const wholeNumber = soleNode({ kind: 'type', types: ['integer'] });

/** Schemas that each allow one kind of values, all of them together every value. */
export const valueKinds: readonly (readonly [name: string, node: SchemaNode])[] = [
  ...['null', 'boolean', 'string', 'array', 'object'].map((type) => [type, soleNode({ kind: 'type', types: [type] })] as const),
  ['integer', wholeNumber],
  [
    'fraction',
    {
      constraints: [
        { kind: 'type', types: ['number'] },
        { kind: 'not', node: wholeNumber },
      ],
    },
  ],
];
