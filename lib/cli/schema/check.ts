import { checkSchemas, type GateFinding, type GateReport } from '../../schema/gate/check-schemas.ts';
import type { Paint } from '../terminal.ts';
import { counted } from '../text-layout.ts';
import { findingText } from './finding-text.ts';
import { type SchemaGenerateOptions, type SchemaGenerateResult, schemaGenerate } from './generate.ts';
import { driftText } from './generate-text.ts';

/** What `choreo schema check` found. */
export interface SchemaCheckResult extends SchemaGenerateResult {
  readonly gate: GateReport;
}

/** `choreo schema check`: the generated code, and the gate. @throws SCHEMA_UNREADABLE, SCHEMA_INVALID, SCHEMA_UNSAFE, LOCK_UNREADABLE */
export async function schemaCheck(options: SchemaGenerateOptions): Promise<SchemaCheckResult> {
  const generated = await schemaGenerate({ ...options, check: true });
  return { ...generated, gate: await checkSchemas(options.directory ?? 'schemas') };
}

function gateText(finding: GateFinding, paint: Paint): string {
  const { file, path, rule, direction, against } = finding;
  const where = path === '' ? file : `${file} ${path}`;
  const what = direction === undefined ? rule : `${rule}, ${direction} against version ${against}`;
  return findingText({ ...finding, where, what }, paint);
}

/** Both parts for a reader. */
export function schemaCheckText(result: SchemaCheckResult, paint: Paint): string {
  const { findings, accepted, unlocked, versions } = result.gate;
  const lines = findings.map((finding) => gateText(finding, paint));
  if (findings.length === 0) lines.push(`${paint('green', '✓')} ${counted(versions, 'version')}: none was changed, none breaks another`);
  const reasons = new Map(accepted.map(({ file, reason }) => [file, reason]));
  for (const [file, reason] of reasons) lines.push(`  ${paint('dim', `accepted ${file}: ${reason}`)}`);
  if (unlocked.length > 0 && findings.length === 0) {
    lines.push(`  ${paint('dim', `${counted(unlocked.length, 'version')} not locked yet: choreo schema lock, when they are published`)}`);
  }
  return `${driftText(result, paint)}${lines.join('\n')}\n`;
}
