import type { Prover, Signed } from './goal.ts';
import { type Constraint, type SchemaNode, typeOfConstraint } from './node.ts';

/** What a schema says of the properties of an object, in all its alternatives. */
interface Declared {
  readonly names: Set<string>;
  readonly patterns: Set<string>;
  /** It says something of properties that it does not name. */
  others: boolean;
}

const known = new WeakMap<SchemaNode, Declared>();

/** The schemas in a constraint that look at the same value. */
export function alternatives(constraint: Constraint): readonly SchemaNode[] {
  switch (constraint.kind) {
    case 'anyOf':
    case 'oneOf':
      return constraint.nodes;
    case 'not':
    case 'dependency':
      return [constraint.node];
    case 'if':
      return [constraint.condition, constraint.yes, constraint.no];
    default:
      return [];
  }
}

function declaredBy(node: SchemaNode): Declared {
  const before = known.get(node);
  if (before !== undefined) return before;
  const declared: Declared = { names: new Set(), patterns: new Set(), others: false };
  const seen = new Set<SchemaNode>();
  const pending = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const constraint of next.constraints) {
      pending.push(...alternatives(constraint));
      if (constraint.kind === 'patternProperty') declared.patterns.add(constraint.source);
      if (constraint.kind === 'additionalProperties' && constraint.node.constraints.length > 0) declared.others = true;
      if (typeOfConstraint(constraint) === 'object' && 'name' in constraint) declared.names.add(constraint.name);
    }
  }
  known.set(node, declared);
  return declared;
}

/** Whether the side `sub` says anything of a property. */
export function declares({ matcher }: Prover, goal: readonly Signed[], name: string): boolean {
  return goal.some(({ side, node }) => {
    if (side !== 'sub') return false;
    const { names, patterns, others } = declaredBy(node);
    return others || names.has(name) || [...patterns].some((source) => matcher.matches(source, name) !== false);
  });
}
