import { ChoreographyError } from '../contract/errors.ts';
import { readonlyArrays } from './readonly-arrays.ts';
import type { SchemaObject } from './schema-set.ts';
import { placeholderLine, typeSchema } from './type-schema.ts';

const placeholder = 'Generated';
const heading = /^export (?:interface Generated |type Generated = )/;

function isComment(line: string): boolean {
  return line.startsWith('/**') || line.startsWith(' *');
}

/** Comments of one line on one line. */
function compact(text: string): string {
  return text.replaceAll(/^\/\*\*\n \* (.*)\n \*\/$/gm, '/** $1 */');
}

/** Indents by brackets at the ends of lines. Our own, because a formatter of another version would change the bytes. */
function indented(lines: readonly string[]): readonly string[] {
  let depth = 0;
  return lines.map((line) => {
    if (isComment(line)) return '  '.repeat(depth) + line;
    if (/^[}\])]/.test(line)) depth -= 1;
    const opens = /[{[(]$/.test(line);
    const text = '  '.repeat(depth) + line + (opens ? '' : ';');
    if (opens) depth += 1;
    return text;
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('*/', '* /').trim();
}

/** A doc comment, or nothing for an empty text. */
export function docComment(text: string): string {
  return text === '' ? '' : `/** ${oneLine(text)} */\n`;
}

function propertyName(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
}

/** Puts the real names of the properties back; each begins a line. */
function named(line: string, names: readonly string[]): string {
  return line.replace(placeholderLine, (_, index: string, rest: string) => `${propertyName(names[Number(index)] ?? '')}${rest}`);
}

/** One type declaration for a schema, all inner types written in place, so that no name can collide with another message's. */
export async function typeDeclaration(name: string, document: SchemaObject, schema: SchemaObject): Promise<string> {
  const { compile } = await import('json-schema-to-typescript'); // heavy, and only needed here
  const names: string[] = [];
  const { description: _, ...bare } = typeSchema(document, schema, names);
  const text = await compile(bare, placeholder, {
    additionalProperties: false,
    bannerComment: '',
    format: false,
    ignoreMinAndMaxItems: true,
    unknownAny: true,
    $refOptions: { resolve: { file: false, http: false } },
  });
  const lines = compact(text)
    .split('\n')
    .filter((line) => line.trim() !== '');
  if (!heading.test(lines[0] ?? '') || lines.slice(1).some((line) => line.startsWith('export '))) {
    throw new ChoreographyError(
      'SCHEMA_INVALID',
      `The schema of ${name} makes no single type: write it without names for its parts, and report this.`,
      { details: { name } },
    );
  }
  const code = readonlyArrays(indented(lines.map((line) => named(line, names))).join('\n'))
    .replace(/\{\n *\}/g, '{}')
    .replace(placeholder, name);
  return code.startsWith('export interface') ? code.replace(/;$/, '') : code;
}
