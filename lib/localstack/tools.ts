import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChoreographyError } from '../contract/errors.ts';
import { outputOf } from './command.ts';
import { cacheFolder, type Environment } from './folders.ts';

const JAVA_MAJOR_MIN = 17;
const pythonCheck = 'import ensurepip, sys, venv; sys.exit(not (3, 12) <= sys.version_info < (3, 14))';

function missing(code: string, what: string, why: string, fix: string): ChoreographyError {
  return new ChoreographyError(code, what, { details: { why, fix } });
}

/** Pythons of pyenv, the newest first. */
function pyenvPythons(env: Environment): readonly string[] {
  const versions = join(env['PYENV_ROOT'] || join(env['HOME'] ?? '', '.pyenv'), 'versions');
  if (!existsSync(versions)) return [];
  const order = new Intl.Collator('en', { numeric: true });
  const names = readdirSync(versions).filter((name) => /^3\.1[23]\./.test(name));
  return names.sort((a, b) => order.compare(b, a)).map((name) => join(versions, name, 'bin', 'python3'));
}

/**
 * A Python that LocalStack 4.14 runs on: 3.13 or 3.12 (it declares 3.10, but is written in the syntax of 3.12), with `venv`.
 * Looked for as `CHOREO_PYTHON`, on the PATH and under pyenv.
 * @throws PYTHON_MISSING
 */
export function findPython(env: Environment): string {
  const given = env['CHOREO_PYTHON'];
  const candidates = given ? [given] : ['python3.13', 'python3.12', 'python3', ...pyenvPythons(env)];
  const found = candidates.find((candidate) => outputOf(candidate, ['-c', pythonCheck], env) !== undefined);
  if (found !== undefined) return found;
  throw missing(
    'PYTHON_MISSING',
    given ? `CHOREO_PYTHON is ${given}, which is not Python 3.12 or 3.13.` : 'There is no Python 3.12 or 3.13.',
    'LocalStack runs on it; it was looked for on the PATH and under pyenv, with its modules venv and ensurepip.',
    'Install it, for example with pyenv install 3.13 or apt install python3.13-venv, or set CHOREO_PYTHON to its path.',
  );
}

/**
 * A Java that DynamoDB Local runs on: 17 or newer, from `JAVA_HOME` or the PATH.
 * @throws JAVA_MISSING
 */
export function findJava(env: Environment): string {
  const home = env['JAVA_HOME'];
  const candidates = [...(home ? [join(home, 'bin', 'java')] : []), 'java'];
  const found = candidates.find((candidate) => {
    const version = /version "(?:1\.)?(\d+)/.exec(outputOf(candidate, ['-version'], env) ?? '')?.[1];
    return Number(version) >= JAVA_MAJOR_MIN;
  });
  if (found !== undefined) return found;
  throw missing(
    'JAVA_MISSING',
    `There is no Java ${JAVA_MAJOR_MIN} or newer.`,
    'DynamoDB Local runs on it; it was looked for in JAVA_HOME and on the PATH.',
    'Install one, for example with apt install openjdk-17-jre-headless or brew install openjdk, or set JAVA_HOME.',
  );
}

/**
 * Maven, which fetches DynamoDB Local; needed once.
 * @throws MAVEN_MISSING
 */
export function findMaven(env: Environment): string {
  if (outputOf('mvn', ['--version'], env) !== undefined) return 'mvn';
  throw missing(
    'MAVEN_MISSING',
    'There is no Maven: mvn --version does not run.',
    'It fetches DynamoDB Local and its native libraries, once.',
    `Install it, for example with apt install maven or brew install maven; what it fetches goes to ${cacheFolder(env)}.`,
  );
}
