import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChoreographyError } from '../../contract/errors.ts';

/** Where in the team's own code an error was thrown: the first line of the stack that is of no package. */
function placeOf({ stack = '' }: Error): string | undefined {
  for (const [, place = '', line] of stack.matchAll(/[\s(]((?:file:\/\/)?\/[^\s()]+?):(\d+)(?::\d+)?\)?$/gm)) {
    const path = place.startsWith('file:') ? fileURLToPath(place.split('?')[0] as string) : (place.split('?')[0] as string);
    if (!/[\\/]node_modules[\\/]/.test(path)) return `${relative('', path)}:${line}`;
  }
  return undefined;
}

function fixOf(cause: unknown, why: string): string {
  const code = (cause as { readonly code?: unknown } | null)?.code;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') return 'For TypeScript: npm install --save-dev tsx.';
  if (code === 'ERR_UNSUPPORTED_DIR_IMPORT') return 'Name the file, with its ending.';
  if (/Cannot find (?:module|package) .*[\\/]generated[\\/]/.test(why)) return 'Generate the code of the schemas: choreo schema generate.';
  if (code === 'ERR_MODULE_NOT_FOUND') return 'Correct the import, or install what it names.';
  return 'Correct it there; npx tsc --noEmit often tells more.';
}

/** That the file of a choreography threw when it was loaded: what, where in the team's code, and what to do. */
export function unloadable(file: string, cause: unknown): ChoreographyError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const place = cause instanceof Error ? placeOf(cause) : undefined;
  const why = place === undefined ? 'Loading it ended with this error.' : `It was thrown at ${place}.`;
  return new ChoreographyError('CHOREOGRAPHY_UNREADABLE', `${file} could not be loaded: ${said}`, {
    cause,
    details: { path: file, why, fix: fixOf(cause, said) },
  });
}
