import { versionName } from './exported-names.ts';
import { docComment, typeDeclaration } from './generate-types.ts';
import { validatorDeclaration } from './generate-validators.ts';
import type { MessageSchemas, SchemaSet, SchemaVersion } from './schema-set.ts';
import { schemaUri } from './uri.ts';

/** The line by which generated files are known. */
export const generatedMark = '// Written by `choreo schema generate` from the JSON Schemas; do not edit.';

/** The names of the generated files. */
export const generatedFiles: readonly string[] = ['index.ts', 'validators.ts'];

const validatorsHead = `// @ts-nocheck
${generatedMark}
import { deepEqual, formats, ucs2length } from 'aws-choreography/validation';
`;

/** Only what is used: many teams let the compiler refuse the rest. */
function indexHead(messages: readonly MessageSchemas[]): string {
  const current = new Set(messages.map(({ kind }) => kind));
  const hasPast = messages.some((message) => generatedVersions(message).length > 1);
  const functions = [
    ...(current.has('command') ? ['commandType'] : []),
    ...(current.has('event') ? ['eventType'] : []),
    ...(hasPast ? ['pastVersion'] : []),
  ];
  const types = [...functions.map((name) => `type ${name.charAt(0).toUpperCase()}${name.slice(1)}`), 'type Envelope'];
  return `${generatedMark}
import { ${[...functions, ...types].join(', ')} } from 'aws-choreography';
import { messageSchema } from 'aws-choreography/validation';
import * as validators from './validators.js';
`;
}

function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function validatorName(message: MessageSchemas, version: number): string {
  return `validate${versionName(message, version)}`;
}

function comment({ file, schema }: SchemaVersion): string {
  const { description, deprecated } = schema;
  const text = typeof description === 'string' ? `${file}: ${description}` : file;
  return docComment(deprecated === true ? `${text} @deprecated` : text);
}

function definition(message: MessageSchemas, { type, version, subject, sensitive }: SchemaVersion): string {
  const about = subject === undefined || version < message.versions.length ? '' : `\n  subject: ${quoted(subject)},`;
  return `{
  type: ${quoted(type)},
  version: ${version},${about}
  schema: /* @__PURE__ */ messageSchema({
    uri: ${quoted(schemaUri(type, version))},
    sensitive: [${sensitive.map(quoted).join(', ')}],
    validate: validators.${validatorName(message, version)},
  }),
}`;
}

function constant(message: MessageSchemas, version: SchemaVersion): string {
  const { kind, type } = message;
  const name = versionName(message, version.version);
  const isPast = version.version < message.versions.length;
  const next = isPast ? `, ${versionName(message, version.version + 1)}Data` : kind === 'command' ? `, ${type}Answer` : '';
  const [declared, factory] = isPast
    ? ['PastVersion', 'pastVersion']
    : kind === 'command'
      ? ['CommandType', 'commandType']
      : ['EventType', 'eventType'];
  const envelope = isPast ? '' : `export type ${name} = Envelope<${quoted(type)}, ${name}Data>;\n`;
  return `${envelope}${comment(version)}export const ${name}: ${declared}<${quoted(type)}, ${name}Data${next}> = /* @__PURE__ */ ${factory}(${definition(message, version)});\n`;
}

async function declarations(message: MessageSchemas, version: SchemaVersion): Promise<string> {
  const { schema, answer } = version;
  const name = versionName(message, version.version);
  const parts = [`${comment(version)}${await typeDeclaration(`${name}Data`, schema, schema)}\n`];
  if (answer !== undefined) {
    const about = typeof answer['description'] === 'string' ? docComment(answer['description']) : '';
    parts.push(`${about}${await typeDeclaration(`${name}Answer`, answer, answer)}\n`);
  }
  return [...parts, constant(message, version)].join('');
}

/** Marks of direction, which show code in another order than it is run in (CVE-2021-42574). */
const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The code with such marks as escapes: they come out of schemas, so they stand in texts and comments only. */
function readable(code: string): string {
  return code.replace(directions, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Past versions of a command are not generated: its one service takes the current version only. */
function generatedVersions({ kind, versions }: MessageSchemas): readonly SchemaVersion[] {
  return kind === 'event' ? versions : versions.slice(-1);
}

/**
 * The generated files, by name: `index.ts` with a type and a constant per message, `validators.ts` with a function per
 * version. The same schemas give the same bytes everywhere. Inner types are written in place, so equal parts of two
 * messages fit each other by their structure.
 */
export async function generateCode({ messages }: SchemaSet): Promise<ReadonlyMap<string, string>> {
  const sorted = [...messages].sort((left, right) => (left.type < right.type ? -1 : 1));
  const index = [indexHead(sorted)];
  const validators = [validatorsHead];
  for (const message of sorted) {
    for (const version of generatedVersions(message)) {
      index.push(await declarations(message, version));
      validators.push(validatorDeclaration(validatorName(message, version.version), version));
    }
  }
  return new Map([
    ['index.ts', readable(index.join('\n'))],
    ['validators.ts', readable(validators.join('\n'))],
  ]);
}
