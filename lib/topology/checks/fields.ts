import type { FieldRead } from '../../schema/contracts/contract.ts';
import { fieldAt } from '../../schema/contracts/field.ts';
import type { SchemaObject } from '../../schema/schema-set.ts';
import { type Check, documentOf, type FindingDraft } from '../check-input.ts';
import { listed } from '../wording.ts';

function isProduced(document: SchemaObject, { path, type }: FieldRead): boolean {
  return fieldAt(document, path)?.types.has(type) ?? false;
}

/** Paths of readers with what they read. */
function byReader(reads: readonly FieldRead[]): ReadonlyMap<string, readonly FieldRead[]> {
  const readers = new Map<string, FieldRead[]>();
  for (const read of reads) {
    const path = `${read.consumer}.${read.reaction}.${read.message}`;
    const known = readers.get(path);
    if (known) known.push(read);
    else readers.set(path, [read]);
  }
  return readers;
}

/** Fields that a consumer reads and that a version it gets does not have; what is older is lifted to the newer one, or meets it as it is. */
export const fields: Check = ({ graph, contracts }) => {
  if (!contracts) return [];
  const messages = new Map(graph.messages.map((message) => [message.type, message]));
  return [...byReader(contracts.reads ?? [])].flatMap(([path, reads]) => {
    const { consumer = '', message = '' } = reads[0] ?? {};
    // What an inbound stands for, its own service gets alone.
    const emittedBy = (messages.get(message)?.emittedBy ?? []).filter(({ as, service }) => as !== 'inbound' || service === consumer);
    const emitted = new Set(emittedBy.flatMap((one) => one.version ?? []));
    return [...emitted].flatMap((version): FindingDraft[] => {
      const schema = documentOf(contracts, message, version);
      const missing = reads.filter((read) => schema && version >= read.version && !isProduced(schema, read));
      if (missing.length === 0) return [];
      const producers = emittedBy.flatMap((one) => (one.version === version && one.service ? [`\`${one.service}\``] : []));
      const what = missing.map((read) => `${read.path} as ${read.type}`);
      return [
        {
          code: 'FIELD_NOT_PRODUCED',
          path,
          message: `\`${consumer}\` reads ${listed(what)} of ${message}, which version ${version} does not have; ${listed(producers)} can emit that one.`,
          fix: `Add the field in a new version of ${message}, or read a field that exists.`,
        },
      ];
    });
  });
};
