import { canonicalText } from '../canonical-text.ts';

/** The types of JSON values. Whole numbers are numbers. */
export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';

/** One thing that a schema asks of a value. Values of another type than the constraint speaks of always meet it. */
export type Constraint =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'type'; readonly types: readonly string[] }
  | { readonly kind: 'values'; readonly values: readonly unknown[]; readonly word: 'enum' | 'const' }
  | Limit
  | { readonly kind: 'multipleOf'; readonly divisor: number }
  | { readonly kind: 'pattern'; readonly source: string }
  | { readonly kind: 'format'; readonly name: string }
  | { readonly kind: 'content'; readonly keyword: string; readonly text: string }
  | { readonly kind: 'item'; readonly index: number; readonly node: SchemaNode }
  | { readonly kind: 'items'; readonly from: number; readonly node: SchemaNode }
  | { readonly kind: 'contains'; readonly node: SchemaNode }
  | { readonly kind: 'uniqueItems' }
  | { readonly kind: 'required'; readonly name: string }
  | { readonly kind: 'property'; readonly name: string; readonly node: SchemaNode }
  | { readonly kind: 'patternProperty'; readonly source: string; readonly node: SchemaNode }
  | OtherProperties
  | { readonly kind: 'propertyNames'; readonly node: SchemaNode }
  | { readonly kind: 'dependency'; readonly name: string; readonly node: SchemaNode }
  | { readonly kind: 'anyOf' | 'oneOf'; readonly nodes: readonly SchemaNode[] }
  | { readonly kind: 'not'; readonly node: SchemaNode }
  | { readonly kind: 'if'; readonly condition: SchemaNode; readonly yes: SchemaNode; readonly no: SchemaNode };

/** A bound: of a number itself, of the characters of a string, of items, of properties. */
export interface Limit {
  readonly kind: 'limit';
  readonly of: 'number' | 'string' | 'array' | 'object';
  readonly side: 'min' | 'max';
  readonly limit: number;
  readonly exclusive: boolean;
}

/** `additionalProperties`, with what stands beside it and says which properties it speaks of. */
export interface OtherProperties {
  readonly kind: 'additionalProperties';
  readonly names: ReadonlySet<string>;
  readonly patterns: readonly string[];
  readonly node: SchemaNode;
}

/** A schema as the list of what it asks for; all of it together. An empty list allows anything. */
export interface SchemaNode {
  readonly constraints: readonly Constraint[];
}

/** A schema that allows anything. */
export const anyNode: SchemaNode = { constraints: [] };
/** A schema that allows nothing. */
export const nothingNode: SchemaNode = { constraints: [{ kind: 'nothing' }] };

/** Which type a constraint speaks of; `undefined` when of several. */
export function typeOfConstraint(constraint: Constraint): JsonType | undefined {
  switch (constraint.kind) {
    case 'limit':
      return constraint.of;
    case 'multipleOf':
      return 'number';
    case 'pattern':
    case 'format':
    case 'content':
      return 'string';
    case 'item':
    case 'items':
    case 'contains':
    case 'uniqueItems':
      return 'array';
    case 'required':
    case 'property':
    case 'patternProperty':
    case 'additionalProperties':
    case 'propertyNames':
    case 'dependency':
      return 'object';
    default:
      return undefined;
  }
}

/** The type of a JSON value. */
export function jsonTypeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'boolean' || type === 'number' || type === 'string' ? type : 'object';
}

/** Names nodes and constraints so that equal texts mean equal sets of values, in one document or in two. */
export interface NodeNames {
  ofNode(node: SchemaNode): string;
  ofConstraint(constraint: Constraint): string;
}

function textOf(constraint: Constraint, name: (node: SchemaNode) => string): string {
  switch (constraint.kind) {
    case 'values':
      return `values ${constraint.values.map(canonicalText).sort().join()}`;
    case 'type':
      return `type ${[...constraint.types].sort().join()}`;
    case 'additionalProperties': {
      const beside = JSON.stringify([[...constraint.names].sort(), [...constraint.patterns].sort()]);
      return `additionalProperties ${beside} ${name(constraint.node)}`;
    }
    case 'anyOf':
    case 'oneOf':
      return `${constraint.kind} ${constraint.nodes.map(name).sort().join()}`;
    case 'if':
      return `if ${name(constraint.condition)},${name(constraint.yes)},${name(constraint.no)}`;
    default: {
      const { node, ...rest } = { node: undefined, ...constraint };
      return `${canonicalText(rest)} ${node === undefined ? '' : name(node)}`;
    }
  }
}

/** Levels of schemas in schemas that are looked into for a name; below, each schema has a name of its own. */
const NAMED_LEVELS_MAX = 256;

/**
 * Names for one comparison. A node that is met again while it is being named, as recursion does, gets a name that no
 * other has: two recursive schemas are then compared step by step.
 */
export function createNodeNames(): NodeNames {
  const known = new Map<string, string>();
  const nodes = new Map<SchemaNode, string>();
  const constraints = new Map<Constraint, string>();
  const open = new Set<SchemaNode>();
  const fresh = (mark: string): string => `${mark}${nodes.size + known.size}`;
  const ofNode = (node: SchemaNode): string => {
    const before = nodes.get(node);
    if (before !== undefined) return before;
    if (open.has(node) || open.size >= NAMED_LEVELS_MAX) {
      const own = fresh('r');
      nodes.set(node, own);
      return own;
    }
    open.add(node);
    const text = [...new Set(node.constraints.map(ofConstraint))].sort().join(' & ');
    open.delete(node);
    const own = nodes.get(node) ?? known.get(text) ?? fresh('n');
    known.set(text, own);
    nodes.set(node, own);
    return own;
  };
  const ofConstraint = (constraint: Constraint): string => {
    const before = constraints.get(constraint);
    if (before !== undefined) return before;
    const text = textOf(constraint, ofNode);
    constraints.set(constraint, text);
    return text;
  };
  return { ofNode, ofConstraint };
}
