import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CompatibilityMode, type ContentModel, compatibilityModes } from '../compatibility/check-compatibility.ts';
import { isMissingFile } from '../missing-file.ts';
import type { SchemaProblem } from '../problem.ts';
import { isObject } from '../schema-set.ts';

/** A version that may break others, because somebody has seen to it. */
export interface AcceptedBreak {
  readonly version: number;
  /** Why nobody is hurt, for who reads it later. */
  readonly reason: string;
}

/** How the versions of one message must follow each other: `schemas/<Message>/registry.json`. */
export interface SchemaPolicy {
  /** @default 'FULL' */
  readonly compatibility: CompatibilityMode;
  /** @default 'pragmatic' */
  readonly contentModel: ContentModel;
  /** @default - none */
  readonly accepted: readonly AcceptedBreak[];
}

/** What holds for a message without a file of its own. */
export const defaultPolicy: SchemaPolicy = { compatibility: 'FULL', contentModel: 'pragmatic', accepted: [] };

/** The name of the file. */
export const POLICY_FILE = 'registry.json';
/** Characters of the file. */
const POLICY_LENGTH_MAX = 20_000;

const known = new Set(['compatibility', 'contentModel', 'accepted']);

function isAccepted(value: unknown): value is AcceptedBreak {
  if (!isObject(value)) return false;
  const { version, reason } = value;
  return Number.isInteger(version) && typeof reason === 'string' && reason.trim() !== '';
}

/** What is wrong with the content, or the policy. */
function policyOf(content: unknown): SchemaPolicy | string {
  if (!isObject(content)) return 'it holds one JSON object.';
  const { compatibility = 'FULL', contentModel = 'pragmatic', accepted = [] } = content;
  const stranger = Object.keys(content).find((name) => !known.has(name));
  if (stranger !== undefined) return `"${stranger}" is none of ${[...known].join(', ')}.`;
  if (!(compatibilityModes as readonly unknown[]).includes(compatibility))
    return `"compatibility" is one of ${compatibilityModes.join(', ')}.`;
  if (contentModel !== 'strict' && contentModel !== 'pragmatic') return '"contentModel" is "strict" or "pragmatic".';
  if (!Array.isArray(accepted) || !accepted.every(isAccepted)) return '"accepted" is a list of { "version": 2, "reason": "…" }.';
  return { compatibility: compatibility as CompatibilityMode, contentModel, accepted };
}

/** Reads the policy of a message; a file that cannot be used is a problem, never a default. */
export async function readPolicy(directory: string, type: string): Promise<SchemaPolicy | SchemaProblem> {
  const file = `${type}/${POLICY_FILE}`;
  const problem = (message: string): SchemaProblem => ({ code: 'SCHEMA_INVALID', file, pointer: '', message });
  let text: string;
  try {
    text = await readFile(join(directory, type, POLICY_FILE), 'utf8');
  } catch (error) {
    return isMissingFile(error) ? defaultPolicy : problem('this file cannot be read.');
  }
  if (text.length > POLICY_LENGTH_MAX) return problem(`it has more than ${POLICY_LENGTH_MAX} characters.`);
  try {
    const policy = policyOf(JSON.parse(text));
    return typeof policy === 'string' ? problem(policy) : policy;
  } catch {
    return problem('this is not JSON.');
  }
}
