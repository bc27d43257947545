import { ChoreographyError } from '../contract/errors.ts';

/** What can be wrong with a schema file, the gravest first. */
const problemCodes = ['SCHEMA_UNREADABLE', 'SCHEMA_INVALID', 'SCHEMA_UNSAFE'] as const;

/** The codes of `SchemaProblem`. */
export type SchemaProblemCode = (typeof problemCodes)[number];

/** One thing that is wrong with the schemas. */
export interface SchemaProblem {
  readonly code: SchemaProblemCode;
  /** Relative to the directory of the schemas, with `/`; `''` for the directory itself. */
  readonly file: string;
  /** JSON Pointer into the file, `''` for the whole. */
  readonly pointer: string;
  /** What is wrong and what to do. */
  readonly message: string;
}

/** Problems that an error lists; the rest is counted. */
const PROBLEMS_LISTED_MAX = 50;

function byPlace(left: SchemaProblem, right: SchemaProblem): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.pointer === right.pointer ? 0 : left.pointer < right.pointer ? -1 : 1;
}

function line({ file, pointer, message }: SchemaProblem): string {
  return `- ${file}${pointer === '' ? '' : `#${pointer}`}${file === '' ? '' : ': '}${message}`;
}

/** Throws one error for all problems, with the gravest code; does nothing when there is none. @throws SCHEMA_UNREADABLE, SCHEMA_INVALID, SCHEMA_UNSAFE */
export function throwProblems(problems: readonly SchemaProblem[], directory: string): void {
  const code = problemCodes.find((candidate) => problems.some((problem) => problem.code === candidate));
  if (code === undefined) return;
  const sorted = [...problems].sort(byPlace);
  const listed = sorted.slice(0, PROBLEMS_LISTED_MAX);
  const rest = sorted.length - listed.length;
  const lines = [...listed.map(line), ...(rest === 0 ? [] : [`- and ${rest} more`])];
  const count = sorted.length === 1 ? '1 problem' : `${sorted.length} problems`;
  throw new ChoreographyError(code, `${count} in the schemas of ${directory}:\n${lines.join('\n')}`, {
    details: { directory, problems: listed },
  });
}
