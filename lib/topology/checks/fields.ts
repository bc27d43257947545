import { isObject, type SchemaObject } from '../../schema/schema-set.ts';
import { resolveRef } from '../../schema/walk.ts';
import type { Check, Contracts, FieldRead, FindingDraft } from '../check-input.ts';
import { listed } from '../wording.ts';

const unescaped = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** Every schema that says something about the same value. */
function alternatives(document: SchemaObject, schema: SchemaObject): readonly SchemaObject[] {
  const target = resolveRef(document, schema['$ref']) ?? schema;
  const inner = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => (Array.isArray(target[keyword]) ? (target[keyword] as unknown[]) : []));
  return [target, ...inner.filter(isObject).flatMap((one) => alternatives(document, one))];
}

function inside(schema: SchemaObject, part: string): readonly unknown[] {
  const { properties, items } = schema as { readonly properties?: unknown; readonly items?: unknown };
  if (part === '*') return [items].flat();
  return isObject(properties) && Object.hasOwn(properties, part) ? [properties[part]] : [];
}

/** All that the schema says about the field; nothing: it is not declared. */
function declarations(document: SchemaObject, pointer: string): readonly SchemaObject[] {
  let level: readonly SchemaObject[] = alternatives(document, document);
  for (const part of pointer.split('/').slice(1).map(unescaped))
    level = level.flatMap((schema) => inside(schema, part).filter(isObject)).flatMap((schema) => alternatives(document, schema));
  return level;
}

function isProduced(document: SchemaObject, { field, type }: FieldRead): boolean {
  const declared = declarations(document, field);
  const types = declared.flatMap((schema) => schema['type'] ?? []).flat();
  const fits = type === undefined || types.length === 0 || types.includes(type) || (type === 'number' && types.includes('integer'));
  return declared.length > 0 && fits;
}

function schemaOf({ schemas }: Contracts, message: string, version: number): SchemaObject | undefined {
  const versions = schemas.messages.find(({ type }) => type === message)?.versions;
  return versions?.find((one) => one.version === version)?.schema;
}

/** Paths of readers with what they read. */
function byReader(reads: readonly FieldRead[]): ReadonlyMap<string, readonly FieldRead[]> {
  const readers = new Map<string, FieldRead[]>();
  for (const read of reads) {
    const path = [read.consumer, ...(read.reaction === undefined ? [] : [read.reaction]), read.message].join('.');
    const known = readers.get(path);
    if (known) known.push(read);
    else readers.set(path, [read]);
  }
  return readers;
}

/** Fields that a consumer reads and that a version it gets does not have; what an upcast lifts has those of the newer one. */
export const fields: Check = ({ graph, contracts }) => {
  if (!contracts) return [];
  const messages = new Map(graph.messages.map((message) => [message.type, message]));
  return [...byReader(contracts.reads ?? [])].flatMap(([path, reads]) => {
    const { consumer = '', message = '' } = reads[0] ?? {};
    const { emittedBy = [], consumedBy = [] } = messages.get(message) ?? {};
    const known = Math.min(...consumedBy.flatMap(({ service, version }) => (service === consumer ? (version ?? []) : [])));
    const got = new Set(emittedBy.flatMap(({ version = 0 }) => (version >= known ? [version] : [])));
    return [...got].flatMap((version): FindingDraft[] => {
      const schema = schemaOf(contracts, message, version);
      const missing = schema ? reads.filter((read) => !isProduced(schema, read)) : [];
      if (missing.length === 0) return [];
      const what = missing.map(({ field, type }) => (type === undefined ? field : `${field} as ${type}`));
      const producers = emittedBy.flatMap((one) => (one.version === version && one.service ? [`\`${one.service}\``] : []));
      return [
        {
          code: 'FIELD_NOT_PRODUCED',
          path,
          message: `\`${consumer}\` reads ${listed(what)} of ${message}, which version ${version} does not have; ${listed(producers)} can emit that one.`,
          fix: `Add the field in a new version of ${message}, or read what is there.`,
        },
      ];
    });
  });
};
