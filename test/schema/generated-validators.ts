import type { StandaloneValidator } from '../../lib/schema/validation.ts';
import * as validation from '../../lib/schema/validation.ts';

/** Runs the text of a generated `validators.ts`, as a bundler would link it. */
export function linkValidators(text: string): Readonly<Record<string, StandaloneValidator>> {
  const [, imported = ''] = /^import \{ (.*) \} from 'aws-choreography\/validation';$/m.exec(text) ?? [];
  const names = [...text.matchAll(/^export const (\w+) =/gm)].map(([, name]) => name);
  const body = text.replace(/^import .*$/m, '').replaceAll(/^export const /gm, 'const ');
  return new Function('validation', `'use strict'; const { ${imported} } = validation;\n${body}\nreturn { ${names.join(', ')} };`)(
    validation,
  );
}
