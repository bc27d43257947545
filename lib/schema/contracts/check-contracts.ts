import type { GateFinding } from '../gate/finding.ts';
import type { MessageSchemas, SchemaVersion } from '../schema-set.ts';
import type { FieldRead } from './contract.ts';
import { type Field, fieldAt } from './field.ts';

interface Need {
  readonly read: FieldRead;
  /** What was found in tests. */
  readonly types: readonly string[];
  /** What the consumer's own version says, if it is another one. */
  readonly before: Field | undefined;
}

function needsOf(reads: readonly FieldRead[], own: SchemaVersion | undefined): readonly Need[] {
  const byField = new Map<string, { read: FieldRead; types: string[] }>();
  for (const read of reads) {
    const key = JSON.stringify([read.consumer, read.reaction, read.path]);
    const need = byField.get(key) ?? { read, types: [] };
    byField.set(key, need);
    need.types.push(read.type);
  }
  return [...byField.values()].map((need) => ({ ...need, before: own && fieldAt(own.schema, need.read.path) }));
}

/** The rule that a version breaks for one need, and why. */
function breakOf({ read: { path }, types, before }: Need, { schema, type, version }: SchemaVersion): readonly [string, string] | undefined {
  const name = `${type} ${version}`;
  const field = fieldAt(schema, path);
  if (!field) return ['field-missing', `${name} has no such field`];
  if (before?.required && !field.required) return ['field-optional', `${name} may lack it`];
  const gone = types.find((one) => !field.types.has(one as never));
  if (gone !== undefined) return ['field-type', `it is ${[...field.types].join(' or ') || 'nothing'} in ${name}, no longer ${gone}`];
  const fresh = before && [...field.types].find((one) => !before.types.has(one) && !types.includes(one));
  return fresh ? ['field-type', `it may be ${fresh} in ${name}`] : undefined;
}

function findingsOf(version: SchemaVersion, needs: readonly Need[]): readonly GateFinding[] {
  return needs.flatMap((need) => {
    const broken = version.version >= need.read.version ? breakOf(need, version) : undefined;
    if (!broken) return [];
    const { consumer, reaction, path } = need.read;
    const [rule, why] = broken;
    return [
      {
        file: version.file,
        type: version.type,
        version: version.version,
        path,
        rule,
        consumer,
        reaction,
        message: `${consumer} reads it in ${reaction}: ${why}.`,
        fix: `Keep the field as it was, or change ${reaction} first and record the contract of ${consumer} again.`,
      },
    ];
  });
}

/**
 * What each version breaks for those who read the message: a field that is gone, that may be absent now, or has another
 * type. Versions from the one that the consumer was built with count; what is read of messages that are not here is passed over.
 */
export function checkContracts(messages: readonly MessageSchemas[], reads: readonly FieldRead[]): readonly GateFinding[] {
  return messages.flatMap(({ type, versions }) => {
    const ofMessage = reads.filter(({ message }) => message === type);
    const built = [...new Set(ofMessage.map(({ version }) => version))];
    const needs = built.flatMap((number) => {
      const own = versions.find(({ version }) => version === number);
      return needsOf(
        ofMessage.filter(({ version }) => version === number),
        own,
      );
    });
    return versions.flatMap((version) => findingsOf(version, needs));
  });
}
