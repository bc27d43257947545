import { checkSchemas, type GateFinding, type GateReport } from '../../schema/gate/check-schemas.ts';
import type { Paint } from '../terminal.ts';
import { counted, wrap } from '../text-layout.ts';
import { type SchemaGenerateOptions, type SchemaGenerateResult, schemaGenerate } from './generate.ts';
import { driftText } from './generate-text.ts';

/** What `choreo schema check` found. */
export interface SchemaCheckResult extends SchemaGenerateResult {
  readonly gate: GateReport;
}

/** Characters of a line. */
const WIDTH = 100;

/** `choreo schema check`: the generated code, and the gate. @throws SCHEMA_UNREADABLE, SCHEMA_INVALID, SCHEMA_UNSAFE, LOCK_UNREADABLE */
export async function schemaCheck(options: SchemaGenerateOptions): Promise<SchemaCheckResult> {
  const generated = await schemaGenerate({ ...options, check: true });
  return { ...generated, gate: await checkSchemas(options.directory ?? 'schemas') };
}

function findingText({ file, path, rule, direction, against, message, fix }: GateFinding, paint: Paint): string {
  const where = path === '' ? file : `${file} ${path}`;
  const what = direction === undefined ? rule : `${rule}, ${direction} against version ${against}`;
  const part = (label: string, text: string) => `    ${paint('dim', label)}  ${wrap(text, WIDTH - 9).join('\n         ')}`;
  return [`${paint('red', '✗')} ${where}  ${paint('dim', what)}`, part('why', message), part('fix', fix)].join('\n');
}

/** Both parts for a reader. */
export function schemaCheckText(result: SchemaCheckResult, paint: Paint): string {
  const { findings, accepted, unlocked, versions } = result.gate;
  const lines = findings.map((finding) => findingText(finding, paint));
  if (findings.length === 0) lines.push(`${paint('green', '✓')} ${counted(versions, 'version')}: none was changed, none breaks another`);
  const reasons = new Map(accepted.map(({ file, reason }) => [file, reason]));
  for (const [file, reason] of reasons) lines.push(`  ${paint('dim', `accepted ${file}: ${reason}`)}`);
  if (unlocked.length > 0 && findings.length === 0) {
    lines.push(`  ${paint('dim', `${counted(unlocked.length, 'version')} not locked yet: choreo schema lock, when they are published`)}`);
  }
  return `${driftText(result, paint)}${lines.join('\n')}\n`;
}
