import { join } from 'node:path';
import { readContracts } from '../../schema/contracts/contract.ts';
import { checkGenerated } from '../../schema/drift.ts';
import { checkSchemas, type GateReport } from '../../schema/gate/check-schemas.ts';
import type { GateFinding } from '../../schema/gate/finding.ts';
import { lockName } from '../../schema/gate/lock.ts';
import { POLICY_FILE } from '../../schema/gate/policy.ts';
import { type Published, publishedIn } from '../../schema/gate/published.ts';
import { generatedFiles } from '../../schema/generate.ts';
import { readSchemas } from '../../schema/read.ts';
import type { SchemaRegistry } from '../../schema/registry.ts';
import type { SchemaSet } from '../../schema/schema-set.ts';
import type { Paint } from '../terminal.ts';
import { counted } from '../text-layout.ts';
import { findingText } from './finding-text.ts';
import type { SchemaGenerateOptions, SchemaGenerateResult } from './generate.ts';
import { driftText } from './generate-text.ts';
import { gitSchemas } from './git-schemas.ts';
import type { OpenRegistry } from './open-registry.ts';

/** What `choreo schema check` found. */
export interface SchemaCheckResult extends SchemaGenerateResult {
  readonly gate: GateReport;
}

/** Options of `choreo schema check`. */
export interface SchemaCheckOptions extends Omit<SchemaGenerateOptions, 'check'> {
  /** Where the `<service>/contract.json` are. @default `functions` */
  readonly contracts?: string;
  /** A commit whose schemas count as published. @default - none */
  readonly against?: string;
  /** A Glue registry whose schemas count as published. @default - none */
  readonly glue?: string;
}

/** The generated code and the gate, of schemas that were read. @throws LOCK_UNREADABLE, SCHEMA_INVALID, CONTRACT_UNREADABLE, NOT_FOUND */
export async function checkAgainst(
  options: SchemaCheckOptions,
  schemas: SchemaSet,
  others: readonly Published[],
): Promise<SchemaCheckResult> {
  const { directory = 'schemas', out = join(directory, 'generated'), contracts = 'functions', against } = options;
  const reads = await readContracts(contracts);
  const published = [...others, ...(against === undefined ? [] : [await gitSchemas(directory, against)])];
  const drift = await checkGenerated(directory, out, schemas);
  return { out, files: generatedFiles, drift, gate: await checkSchemas(directory, { schemas, reads, published }) };
}

/** What the registry of that name holds of the schemas. @throws REGISTRY_UNAVAILABLE */
export async function registered(name: string, registry: SchemaRegistry, { messages }: SchemaSet): Promise<Published> {
  return { source: `the registry ${name}`, schemas: await publishedIn(registry, messages) };
}

/**
 * `choreo schema check`: the generated code, and the gate.
 * @throws SCHEMA_UNREADABLE, SCHEMA_INVALID, SCHEMA_UNSAFE, LOCK_UNREADABLE, CONTRACT_UNREADABLE, REGISTRY_UNAVAILABLE, NOT_FOUND
 */
export async function schemaCheck(options: SchemaCheckOptions, open: OpenRegistry): Promise<SchemaCheckResult> {
  const schemas = await readSchemas(options.directory ?? 'schemas');
  const { glue } = options;
  return checkAgainst(options, schemas, glue === undefined ? [] : [await registered(glue, await open(glue), schemas)]);
}

function gateText(finding: GateFinding, paint: Paint): string {
  const { file, path, rule, direction, against, consumer, reaction } = finding;
  const where = path === '' ? file : `${file} ${path}`;
  const whom = consumer === undefined ? '' : `, breaks ${consumer} in ${reaction}`;
  const what = direction === undefined ? `${rule}${whom}` : `${rule}, ${direction} against version ${against}`;
  return findingText({ ...finding, where, what }, paint);
}

/** Breaks of one version that a line names; of more it says how many. */
const ACCEPTED_NAMED_MAX = 5;

/** What is accepted of one version, with the reason: who adds a break to it later sees one more here. */
function acceptedText(accepted: GateReport['accepted'], paint: Paint): readonly string[] {
  const byFile = new Map<string, GateReport['accepted'][number][]>();
  for (const one of accepted) byFile.set(one.file, [...(byFile.get(one.file) ?? []), one]);
  return [...byFile].map(([file, breaks]) => {
    const all = [...new Set(breaks.map(({ path, rule }) => `${path} ${rule}`.trim()))];
    const more = all.length > ACCEPTED_NAMED_MAX ? `, ${all.length - ACCEPTED_NAMED_MAX} more` : '';
    return `  ${paint('dim', `accepted ${file}: ${breaks[0]?.reason} (${all.slice(0, ACCEPTED_NAMED_MAX).join(', ')}${more})`)}`;
  });
}

/** How a version is let through that has to break those before it. */
function wayOutText(findings: readonly GateFinding[]): readonly string[] {
  const breaking = new Map(findings.filter(({ direction }) => direction !== undefined).map((found) => [lockName(found), found]));
  return [...breaking].map(
    ([name, { type, version }]) =>
      `next: correct ${name}; or, if it has to break them and readers lift older versions, accept it in ${type}/${POLICY_FILE}: ${JSON.stringify({ accepted: [{ version, reason: '…' }] })}`,
  );
}

/** Both parts for a reader. */
export function schemaCheckText(result: SchemaCheckResult, paint: Paint): string {
  const { findings, accepted, unlocked, versions, consumers } = result.gate;
  const lines = findings.map((finding) => gateText(finding, paint));
  const beyond = accepted.length > 0 ? ' beyond what is accepted' : '';
  if (findings.length === 0)
    lines.push(`${paint('green', '✓')} ${counted(versions, 'version')}: none was changed, none breaks another${beyond}`);
  if (findings.length === 0 && consumers.length > 0)
    lines.push(`${paint('green', '✓')} they have all that consumers read: ${consumers.join(', ')}`);
  lines.push(...acceptedText(accepted, paint), ...wayOutText(findings));
  if (unlocked.length > 0 && findings.length === 0) {
    lines.push(`  ${paint('dim', `${counted(unlocked.length, 'version')} not locked yet: choreo schema lock, when they are published`)}`);
  }
  return `${driftText(result, paint)}${lines.join('\n')}\n`;
}
