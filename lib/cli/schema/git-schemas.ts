import { type ExecFileException, execFile } from 'node:child_process';
import { ChoreographyError } from '../../contract/errors.ts';
import type { Published } from '../../schema/gate/published.ts';
import type { SchemaObject } from '../../schema/schema-set.ts';
import { notFoundError, usageError } from '../failure.ts';

/** Bytes of one answer of git: all schemas of a commit. */
const OUTPUT_BYTES_MAX = 100_000_000;
/** `<mode> blob <object>\t<Message>/<version>.json`, as `git ls-tree` prints it. */
const listedSchema = /^\d+ blob ([0-9a-f]+)\t(([^/]+)\/([1-9][0-9]{0,8})\.json)$/;
/** What `git cat-file --batch` prints before a file. */
const fileHead = /^[0-9a-f]+ blob ([0-9]+)$/;
const NEWLINE = 10;

interface Listed {
  readonly object: string;
  readonly file: string;
  readonly type: string;
  readonly version: number;
}

/** Runs git in a directory, with `input` on its standard input. */
type Git = (args: readonly string[], input?: string) => Promise<Buffer>;

function parsed(text: string, name: string): SchemaObject {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ChoreographyError('SCHEMA_UNREADABLE', `${name} is not JSON.`, { cause: error });
  }
}

function gitError(directory: string, ref: string, error: ExecFileException, stderr: string, maxBuffer: number): ChoreographyError {
  const what = `The schemas in ${directory} could not be read at ${ref}.`;
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return new ChoreographyError('SCHEMA_UNREADABLE', `${what} They have more than ${maxBuffer} bytes.`, {
      cause: error,
      details: { directory },
    });
  }
  return notFoundError(what, stderr.trim().split('\n')[0] || error.message, 'Give a branch, a tag or a commit of this repository.');
}

function gitIn(directory: string, ref: string, maxBuffer: number): Git {
  return (args, input = '') =>
    new Promise((resolve, reject) => {
      const options = { maxBuffer, encoding: 'buffer' } as const;
      const { stdin } = execFile('git', ['-C', directory, ...args], options, (error, stdout, stderr) => {
        if (error) reject(gitError(directory, ref, error, stderr.toString(), maxBuffer));
        else resolve(stdout);
      });
      stdin?.on('error', () => {}); // git ended before it had read all, and says why
      stdin?.end(input);
    });
}

async function listed(git: Git, ref: string): Promise<readonly Listed[]> {
  const lines = (await git(['ls-tree', '-r', '-z', ref])).toString().split('\0');
  return lines.flatMap((line) => {
    const [, object, file, type, version] = listedSchema.exec(line) ?? [];
    return object && file && type ? [{ object, file, type, version: Number(version) }] : [];
  });
}

/** The texts of all files, in their order, by one process of git. */
async function textsOf(git: Git, files: readonly Listed[], ref: string): Promise<readonly string[]> {
  const answer = await git(['cat-file', '--batch'], files.map(({ object }) => `${object}\n`).join(''));
  let at = 0;
  return files.map(({ file }) => {
    const end = answer.indexOf(NEWLINE, at);
    const head = answer.toString('utf8', at, end);
    const [, bytes] = fileHead.exec(head) ?? [];
    if (bytes === undefined) throw new ChoreographyError('SCHEMA_UNREADABLE', `${file} is not in this copy of ${ref}: git says "${head}".`);
    at = end + 1 + Number(bytes) + 1; // a newline follows each file
    return answer.toString('utf8', end + 1, at - 1);
  });
}

/**
 * The schemas of a directory as they are in a commit; `bytesMax`: of all of them together.
 * @throws NOT_FOUND for what is no commit, USAGE, SCHEMA_UNREADABLE
 */
export async function gitSchemas(directory: string, ref: string, bytesMax = OUTPUT_BYTES_MAX): Promise<Published> {
  if (ref.startsWith('-')) throw usageError(`${ref} is not a commit.`, 'It looks like an option.', 'Give a branch, a tag or a commit.');
  const git = gitIn(directory, ref, bytesMax);
  const files = await listed(git, ref);
  const texts = await textsOf(git, files, ref);
  const schemas = files.map(({ type, version, file }, index) => ({
    type,
    version,
    schema: parsed(texts[index] ?? '', `${file} at ${ref}`),
  }));
  return { source: ref, isOwn: true, schemas };
}
