import { isObject, type SchemaObject } from '../schema-set.ts';
import { resolveRef } from '../walk.ts';
import { type JsonType, jsonTypeOf, jsonTypes } from './contract.ts';

/** What a schema says of one field. */
export interface Field {
  readonly types: ReadonlySet<JsonType>;
  /** It is there whenever the object around it is. */
  readonly required: boolean;
}

/** Levels of `$ref` and `allOf` at one place. */
const NESTING_MAX = 32;

function listOf(value: unknown): readonly SchemaObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function typesSaid({ type, enum: values, const: only }: SchemaObject): readonly JsonType[] {
  if (type !== undefined) return [type].flat().map((name) => (name === 'integer' ? 'number' : (name as JsonType)));
  if (Array.isArray(values)) return values.map(jsonTypeOf);
  return only === undefined ? jsonTypes : [jsonTypeOf(only)];
}

/** Looks at fields of one document. */
class Reader {
  readonly #document: SchemaObject;

  constructor(document: SchemaObject) {
    this.#document = document;
  }

  /** Schemas that hold together with this one. */
  #alongside(schema: SchemaObject): readonly SchemaObject[] {
    const target = resolveRef(this.#document, schema['$ref']);
    return [...(target ? [target] : []), ...listOf(schema['allOf'])];
  }

  #choices(schema: SchemaObject): readonly (readonly SchemaObject[])[] {
    return [listOf(schema['anyOf']), listOf(schema['oneOf'])].filter(({ length }) => length > 0);
  }

  types(schema: SchemaObject, depth = 0): ReadonlySet<JsonType> {
    if (depth > NESTING_MAX) return new Set(jsonTypes);
    const all = [
      new Set(typesSaid(schema)),
      ...this.#alongside(schema).map((inner) => this.types(inner, depth + 1)),
      ...this.#choices(schema).map((choice) => new Set(choice.flatMap((inner) => [...this.types(inner, depth + 1)]))),
    ];
    return new Set(jsonTypes.filter((type) => all.every((types) => types.has(type))));
  }

  requires(schema: SchemaObject, name: string, depth = 0): boolean {
    if (depth > NESTING_MAX) return false;
    const { required } = schema;
    if (Array.isArray(required) && required.includes(name)) return true;
    if (this.#alongside(schema).some((inner) => this.requires(inner, name, depth + 1))) return true;
    return this.#choices(schema).some((choice) => choice.every((inner) => this.requires(inner, name, depth + 1)));
  }

  /** What holds for one property or element; `undefined` if nothing is said of it. */
  child(schema: SchemaObject, token: string, depth = 0): SchemaObject | undefined {
    if (depth > NESTING_MAX) return undefined;
    const { then, else: otherwise } = schema;
    const inside = (inner: SchemaObject): SchemaObject | undefined => this.child(inner, token, depth + 1);
    const any = (choice: readonly SchemaObject[]): readonly SchemaObject[] => {
      const found = choice.map(inside).filter((one) => one !== undefined);
      return found.length === 0 ? [] : [{ anyOf: found }];
    };
    const found: readonly SchemaObject[] = [
      ...this.#direct(schema, token),
      ...this.#alongside(schema)
        .map(inside)
        .filter((one) => one !== undefined),
      ...this.#choices(schema).flatMap(any),
    ];
    const all = found.length > 0 ? found : any(listOf([then, otherwise]));
    return all.length > 1 ? { allOf: all } : all[0];
  }

  #direct({ properties, patternProperties, additionalProperties, items, additionalItems }: SchemaObject, token: string): SchemaObject[] {
    if (token === '*') {
      const elements = Array.isArray(items) ? listOf([...items, additionalItems]) : [];
      if (elements.length > 0) return [{ anyOf: elements }];
      return isObject(items) ? [items] : [];
    }
    const own: readonly unknown[] = isObject(properties) && Object.hasOwn(properties, token) ? [properties[token]] : [];
    const byPattern = Object.entries(isObject(patternProperties) ? patternProperties : {});
    const matching = byPattern.filter(([pattern]) => new RegExp(pattern, 'u').test(token)).map(([, inner]) => inner);
    const named = [...own, ...matching];
    // `true` says that it may be there, of whatever type; `false`, that it is not.
    return (named.length > 0 ? named : [isObject(additionalProperties) ? additionalProperties : false]).flatMap((inner) =>
      inner === true ? [{}] : isObject(inner) ? [inner] : [],
    );
  }
}

/** What a schema says of the field at a JSON Pointer, `*` for any element; `undefined`: it declares no such field. */
export function fieldAt(document: SchemaObject, path: string): Field | undefined {
  const reader = new Reader(document);
  const tokens = path.split('/').slice(1);
  let [schema, required]: [SchemaObject, boolean] = [document, true];
  for (const escaped of tokens) {
    const token = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    const next = reader.child(schema, token);
    if (next === undefined) return undefined;
    required = token === '*' || reader.requires(schema, token);
    schema = next;
  }
  return { types: reader.types(schema), required };
}
