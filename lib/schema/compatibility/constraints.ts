import { isObject } from '../schema-set.ts';
import { SCHEMA_LEVELS_MAX, type SchemaDocument } from './document.ts';
import { refuseSchema, type Schema } from './draft.ts';
import { anyNode, type Constraint, type Limit, nothingNode, type SchemaNode } from './node.ts';

type Schemas = Readonly<Record<string, unknown>>;
type NodeOf = (schema: Schema) => SchemaNode;

const limits: Readonly<Record<string, Omit<Limit, 'kind' | 'limit'>>> = {
  minimum: { of: 'number', side: 'min', exclusive: false },
  exclusiveMinimum: { of: 'number', side: 'min', exclusive: true },
  maximum: { of: 'number', side: 'max', exclusive: false },
  exclusiveMaximum: { of: 'number', side: 'max', exclusive: true },
  minLength: { of: 'string', side: 'min', exclusive: false },
  maxLength: { of: 'string', side: 'max', exclusive: false },
  minItems: { of: 'array', side: 'min', exclusive: false },
  maxItems: { of: 'array', side: 'max', exclusive: false },
  minProperties: { of: 'object', side: 'min', exclusive: false },
  maxProperties: { of: 'object', side: 'max', exclusive: false },
};

/** What a text holds. No validator of this package looks into it; readers do, so another value may break them. */
const contentKeywords = ['contentEncoding', 'contentMediaType'];

function isSchema(value: unknown): value is Schema {
  return typeof value === 'boolean' || isObject(value);
}

function recordOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}

function simpleConstraints(schema: Schemas): readonly Constraint[] {
  const found: Constraint[] = [];
  const { type, enum: values, multipleOf, pattern, format, uniqueItems, required } = schema;
  if (typeof type === 'string') found.push({ kind: 'type', types: [type] });
  if (Array.isArray(type)) found.push({ kind: 'type', types: type });
  if (Array.isArray(values)) found.push({ kind: 'values', values, word: 'enum' });
  if (Object.hasOwn(schema, 'const')) found.push({ kind: 'values', values: [schema['const']], word: 'const' });
  for (const [keyword, limit] of Object.entries(schema)) {
    const of = Object.hasOwn(limits, keyword) ? limits[keyword] : undefined;
    if (of !== undefined && typeof limit === 'number') found.push({ kind: 'limit', ...of, limit });
  }
  if (typeof multipleOf === 'number') found.push({ kind: 'multipleOf', divisor: multipleOf });
  if (typeof pattern === 'string') found.push({ kind: 'pattern', source: pattern });
  if (typeof format === 'string') found.push({ kind: 'format', name: format });
  for (const keyword of contentKeywords) {
    const text = schema[keyword];
    if (typeof text === 'string') found.push({ kind: 'content', keyword, text });
  }
  if (uniqueItems === true) found.push({ kind: 'uniqueItems' });
  if (Array.isArray(required)) for (const name of required) found.push({ kind: 'required', name: String(name) });
  return found;
}

function itemConstraints({ items, additionalItems, contains }: Schemas, nodeOf: NodeOf): readonly Constraint[] {
  const found: Constraint[] = [];
  if (isSchema(items)) found.push({ kind: 'items', from: 0, node: nodeOf(items) });
  if (Array.isArray(items)) {
    for (const [index, item] of items.entries()) found.push({ kind: 'item', index, node: nodeOf(item) });
    if (isSchema(additionalItems)) found.push({ kind: 'items', from: items.length, node: nodeOf(additionalItems) });
  }
  if (isSchema(contains)) found.push({ kind: 'contains', node: nodeOf(contains) });
  return found;
}

function requiring(names: readonly unknown[]): SchemaNode {
  return { constraints: names.map((name) => ({ kind: 'required', name: String(name) })) };
}

function propertyConstraints(schema: Schemas, nodeOf: NodeOf): readonly Constraint[] {
  const found: Constraint[] = [];
  const { additionalProperties, propertyNames } = schema;
  const properties = recordOf(schema['properties']);
  const patterns = recordOf(schema['patternProperties']);
  for (const [name, inner] of properties) if (isSchema(inner)) found.push({ kind: 'property', name, node: nodeOf(inner) });
  for (const [source, inner] of patterns) if (isSchema(inner)) found.push({ kind: 'patternProperty', source, node: nodeOf(inner) });
  if (isSchema(additionalProperties)) {
    const names = new Set(properties.map(([name]) => name));
    const node = nodeOf(additionalProperties);
    if (node !== anyNode) found.push({ kind: 'additionalProperties', names, patterns: patterns.map(([source]) => source), node });
  }
  if (isSchema(propertyNames)) found.push({ kind: 'propertyNames', node: nodeOf(propertyNames) });
  for (const [name, inner] of recordOf(schema['dependencies'])) {
    if (Array.isArray(inner)) found.push({ kind: 'dependency', name, node: requiring(inner) });
    else if (isSchema(inner)) found.push({ kind: 'dependency', name, node: nodeOf(inner) });
  }
  return found;
}

function combinedConstraints(schema: Schemas, nodeOf: NodeOf): readonly Constraint[] {
  const found: Constraint[] = [];
  const { anyOf, oneOf, not, if: condition, then: yes, else: no } = schema;
  if (Array.isArray(anyOf)) found.push({ kind: 'anyOf', nodes: anyOf.map(nodeOf) });
  if (Array.isArray(oneOf)) found.push({ kind: 'oneOf', nodes: oneOf.map(nodeOf) });
  if (isSchema(not)) found.push({ kind: 'not', node: nodeOf(not) });
  if (isSchema(condition) && (isSchema(yes) || isSchema(no))) {
    const branch = (inner: unknown): SchemaNode => (isSchema(inner) ? nodeOf(inner) : anyNode);
    found.push({ kind: 'if', condition: nodeOf(condition), yes: branch(yes), no: branch(no) });
  }
  return found;
}

/** `schema` and what it takes in with `$ref` and `allOf`, each once. */
function conjuncts(document: SchemaDocument, schema: Schema): readonly Schema[] {
  const all = new Set<Schema>();
  const pending: Schema[] = [schema];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (all.has(next)) continue;
    all.add(next);
    if (typeof next === 'boolean') continue;
    const { allOf, $ref: ref } = next;
    if (typeof ref === 'string') pending.push(document.resolve(ref));
    if (Array.isArray(allOf)) pending.push(...allOf);
  }
  return [...all];
}

function constraintsOf(document: SchemaDocument, schema: Schema, nodeOf: NodeOf): readonly Constraint[] {
  return conjuncts(document, schema).flatMap((each) => {
    if (typeof each === 'boolean') return each ? [] : nothingNode.constraints;
    const readers = [itemConstraints, propertyConstraints, combinedConstraints];
    return [...simpleConstraints(each), ...readers.flatMap((read) => read(each, nodeOf))];
  });
}

/** The schemas that look at the same value as `schema` does. */
function besides(document: SchemaDocument, schema: Schemas): readonly Schema[] {
  const ref = schema['$ref'];
  const lists = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => schema[keyword] ?? []);
  const singles = ['not', 'if', 'then', 'else'].map((keyword) => schema[keyword]);
  const dependent = recordOf(schema['dependencies']).map(([, inner]) => inner);
  return [...lists, ...singles, ...dependent, ...(typeof ref === 'string' ? [document.resolve(ref)] : [])].filter(isSchema);
}

/**
 * Refuses what no value could end the check of: a schema that comes back to itself without going into the value.
 * @throws INVALID_SCHEMA
 */
export function refuseEndlessSchema(document: SchemaDocument, name: string): void {
  const done = new Set<Schema>();
  const open = new Set<Schema>();
  const visit = (schema: Schema, depth: number): void => {
    if (typeof schema === 'boolean' || done.has(schema)) return;
    if (open.has(schema)) refuseSchema(name, '', `${describe(schema)} comes back to itself without going into the value.`);
    if (depth > SCHEMA_LEVELS_MAX) refuseSchema(name, '', `its "$ref"s lead more than ${SCHEMA_LEVELS_MAX} levels deep.`);
    open.add(schema);
    for (const inner of besides(document, schema)) visit(inner, depth + 1);
    open.delete(schema);
    done.add(schema);
  };
  for (const schema of document.schemas) visit(schema, 0);
}

function describe(schema: Schemas): string {
  return typeof schema['$ref'] === 'string' ? `"$ref": "${schema['$ref']}"` : 'a schema';
}

/** Reads the schemas of a document as nodes, each when it is first looked at. */
export function documentNode(document: SchemaDocument): SchemaNode {
  const nodes = new Map<Schema, SchemaNode>();
  const nodeOf = (schema: Schema): SchemaNode => {
    if (typeof schema === 'boolean') return schema ? anyNode : nothingNode;
    const before = nodes.get(schema);
    if (before !== undefined) return before;
    const { $ref: ref, ...rest } = schema;
    if (typeof ref === 'string' && Object.keys(rest).length === 0) return nodeOf(document.resolve(ref));
    let constraints: readonly Constraint[] | undefined;
    const node: SchemaNode = {
      get constraints() {
        constraints ??= constraintsOf(document, schema, nodeOf);
        return constraints;
      },
    };
    nodes.set(schema, node);
    return node;
  };
  return nodeOf(document.root);
}
