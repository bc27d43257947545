import { checkCompatibility } from '../compatibility/check-compatibility.ts';
import { checkContracts } from '../contracts/check-contracts.ts';
import type { FieldRead } from '../contracts/contract.ts';
import { type SchemaProblem, throwProblems } from '../problem.ts';
import { readSchemas } from '../read.ts';
import type { MessageSchemas, SchemaSet, SchemaVersion } from '../schema-set.ts';
import type { GateFinding } from './finding.ts';
import { LOCK_FILE, lockName, readLock, type SchemaLock, schemaHash } from './lock.ts';
import { POLICY_FILE, readPolicy, type SchemaPolicy } from './policy.ts';
import { type Published, publishedFindings } from './published.ts';

/** What the gate found. */
export interface GateReport {
  readonly ok: boolean;
  readonly findings: readonly GateFinding[];
  /** Breaks that `registry.json` accepts, with the reasons. */
  readonly accepted: readonly (GateFinding & { readonly reason: string })[];
  /** Versions that no lock protects yet, by name. */
  readonly unlocked: readonly string[];
  /** Versions that were looked at. */
  readonly versions: number;
  /** Services whose reads were looked at. */
  readonly consumers: readonly string[];
}

/** What `checkSchemas` takes beside the directory. */
export interface GateOptions {
  /** The schemas of the directory, if they were read already. @default - they are read */
  readonly schemas?: SchemaSet;
  /** What consumers read, from `readContracts`. @default [] */
  readonly reads?: readonly FieldRead[];
  /** What was published elsewhere; the lock counts in any case. @default [] */
  readonly published?: readonly Published[];
}

function changed(version: SchemaVersion): GateFinding {
  const { file, type } = version;
  return {
    file,
    type,
    version: version.version,
    path: '',
    rule: 'version-changed',
    message: `${lockName(version)} was published and has changed since: events of this version are read with it.`,
    fix: `Restore the file, and put the change into ${type}/${version.version + 1}.json.`,
  };
}

function removed(name: string): GateFinding {
  const [type = '', version = ''] = name.split('/');
  return {
    file: `${name}.json`,
    type,
    version: Number(version),
    path: '',
    rule: 'version-removed',
    message: `${name} was published, but its file is gone: events of this version can no longer be checked.`,
    fix: `Restore the file. If no event of it is left anywhere, remove its line from ${LOCK_FILE}.`,
  };
}

function lockFindings(lock: SchemaLock, versions: readonly SchemaVersion[]): readonly GateFinding[] {
  const present = new Set(versions.map(lockName));
  return [
    ...versions.filter((version) => (lock[lockName(version)] ?? schemaHash(version)) !== schemaHash(version)).map(changed),
    ...Object.keys(lock)
      .filter((name) => !present.has(name))
      .map(removed),
  ];
}

/** What a version breaks with those before it. */
function breaksOf(
  proposed: SchemaVersion,
  before: readonly SchemaVersion[],
  { compatibility, contentModel }: SchemaPolicy,
): readonly GateFinding[] {
  if (before.length === 0) return [];
  const existing = before.map(({ schema }) => schema);
  const { differences } = checkCompatibility({ mode: compatibility, proposed: proposed.schema, existing, contentModel });
  return differences.map(({ path, rule, direction, against, message, fix }) => ({
    file: proposed.file,
    type: proposed.type,
    version: proposed.version,
    path,
    rule,
    direction,
    against: before[against]?.version ?? 0,
    message,
    fix,
  }));
}

type Judged = Pick<GateReport, 'findings' | 'accepted'>;

/** DISABLED is for what is to come: a version that is locked was published before, and stays. */
function isPast(version: SchemaVersion, { compatibility }: SchemaPolicy, lock: SchemaLock): boolean {
  return compatibility === 'DISABLED' && lock[lockName(version)] !== undefined;
}

function judge({ type, versions }: MessageSchemas, policy: SchemaPolicy, lock: SchemaLock): Judged {
  const reasons = new Map(policy.accepted.map(({ version, reason }) => [version, reason]));
  const past = versions.filter((version) => isPast(version, policy, lock));
  const breaks = versions.flatMap((version, index) => (past.includes(version) ? [] : breaksOf(version, versions.slice(0, index), policy)));
  const used = new Set([...breaks, ...past].map(({ version }) => version));
  const unused = policy.accepted.filter(({ version }) => !used.has(version));
  return {
    accepted: breaks.flatMap((found) => (reasons.has(found.version) ? [{ ...found, reason: reasons.get(found.version) ?? '' }] : [])),
    findings: [
      ...breaks.filter(({ version }) => !reasons.has(version)),
      ...unused.map(({ version }) => ({
        file: `${type}/${POLICY_FILE}`,
        type,
        version,
        path: '',
        rule: 'acceptance-unused',
        message: `Version ${version} is accepted as a break, but breaks nothing.`,
        fix: 'Remove it from "accepted", or correct its version.',
      })),
    ],
  };
}

/**
 * The gate before a publication: no published version was changed, each version may follow those before it by the policy
 * of its message, and each has what its consumers read. @throws SCHEMA_UNREADABLE, SCHEMA_INVALID, SCHEMA_UNSAFE, LOCK_UNREADABLE
 */
export async function checkSchemas(directory: string, { schemas, reads = [], published = [] }: GateOptions = {}): Promise<GateReport> {
  const [{ messages }, lock] = await Promise.all([schemas ?? readSchemas(directory), readLock(directory)]);
  const policies = await Promise.all(messages.map(({ type }) => readPolicy(directory, type)));
  const problems = policies.filter((policy): policy is SchemaProblem => 'code' in policy);
  throwProblems(problems, directory);
  const judged = messages.map((message, index) => judge(message, policies[index] as SchemaPolicy, lock));
  const versions = messages.flatMap((message) => message.versions);
  const findings = [
    ...lockFindings(lock, versions),
    ...published.flatMap((one) => publishedFindings(messages, one)),
    ...judged.flatMap((one) => one.findings),
    ...checkContracts(messages, reads),
  ];
  return {
    ok: findings.length === 0,
    findings,
    accepted: judged.flatMap(({ accepted }) => accepted),
    unlocked: versions.map(lockName).filter((name) => lock[name] === undefined),
    versions: versions.length,
    consumers: [...new Set(reads.map(({ consumer }) => consumer))].sort(),
  };
}
