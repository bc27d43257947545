import { pointerToken } from '../walk.ts';
import { type Direction, valueKinds } from './gap.ts';
import type { Prover } from './goal.ts';
import type { SchemaNode } from './node.ts';

/** Levels of properties in properties. */
const DEPTH_MAX = 32;
/** Properties of one schema that are looked at, each place counted. */
const PROPERTIES_MAX = 5_000;

/** Constraints on items, or properties, whatever their place or name. */
const severalOf: ReadonlySet<string> = new Set(['items', 'item', 'contains', 'additionalProperties']);

/** Every property that a schema names, by JSON Pointer into the data (`*` for any item or other property), with all that is said of it. */
function propertiesOf(root: SchemaNode): ReadonlyMap<string, readonly SchemaNode[]> {
  const found = new Map<string, SchemaNode[]>();
  const pending = [{ node: root, path: '', depth: 0 }];
  let count = 0;
  for (let next = pending.pop(); next !== undefined && count < PROPERTIES_MAX; next = pending.pop()) {
    const { node, path, depth } = next;
    if (depth > DEPTH_MAX) continue;
    for (const constraint of node.constraints) {
      count += 1;
      const go = (inner: SchemaNode, to = path): void => void pending.push({ node: inner, path: to, depth: depth + 1 });
      if (constraint.kind === 'property') {
        const to = `${path}/${pointerToken(constraint.name)}`;
        found.set(to, [...(found.get(to) ?? []), constraint.node]);
        go(constraint.node, to);
      } else if (severalOf.has(constraint.kind) && 'node' in constraint) go(constraint.node, `${path}/*`);
      else if (constraint.kind === 'patternProperty') go(constraint.node, `${path}/${pointerToken(constraint.source)}`);
      else if (constraint.kind === 'dependency') go(constraint.node);
      else if ('nodes' in constraint) for (const inner of constraint.nodes) go(inner);
      else if (constraint.kind === 'if') for (const inner of [constraint.yes, constraint.no]) go(inner);
    }
  }
  return found;
}

/** The types of values that one of the schemas allows. */
function typesOf(prover: Prover, nodes: readonly SchemaNode[]): readonly string[] {
  return valueKinds
    .filter(([, kind]) =>
      nodes.some((node) => !prover.isEmpty([node, kind].map((each) => ({ positive: true, side: 'super', node: each }) as const))),
    )
    .map(([name]) => name);
}

/** A name that was removed and is back with a type of which the one schema knows and the other does not. */
export interface ReusedName {
  readonly path: string;
  /** Index of the schema that had it. */
  readonly against: number;
  readonly direction: Direction;
  readonly types: readonly string[];
}

type Place = readonly [path: string, nodes: readonly SchemaNode[]];

/** Not a place that recursion leads to from one before it: `/a/next/next` after `/a/next`. */
function isFirst([path, nodes]: Place, index: number, all: readonly Place[]): boolean {
  return !all.slice(0, index).some(([before, same]) => path.endsWith(before) && nodes.every((node, at) => node === same[at]));
}

/** Names of `proposed` that the last of `existing` does not have, and an earlier one has with other types. */
export function reusedNames(
  prover: Prover,
  proposed: SchemaNode,
  existing: readonly SchemaNode[],
  directions: readonly Direction[],
): readonly ReusedName[] {
  const all = existing.map(propertiesOf);
  const last = all.at(-1);
  const fresh = [...propertiesOf(proposed)]
    .filter(([path]) => last?.has(path) === false)
    .sort(([left], [right]) => left.length - right.length);
  return fresh.filter(isFirst).flatMap(([path, nodes]) => {
    const now = typesOf(prover, nodes);
    return all.flatMap((properties, against) => {
      const former = properties.get(path);
      if (former === undefined) return [];
      const before = typesOf(prover, former);
      return directions.flatMap((direction): readonly ReusedName[] => {
        const [from, to] = direction === 'backward' ? [before, now] : [now, before];
        const types = from.filter((type) => !to.includes(type));
        return types.length === 0 ? [] : [{ path, against, direction, types }];
      });
    });
  });
}
