import { existsSync } from 'node:fs';
import { readContracts } from '../../schema/contracts/contract.ts';
import { readSchemas } from '../../schema/read.ts';
import { checkChoreography } from '../../topology/check.ts';
import type { CheckReport } from '../../topology/finding.ts';
import { reportText } from '../../topology/report-text.ts';
import { checkAgainst, type SchemaCheckResult, schemaCheckText } from '../schema/check.ts';
import type { Paint } from '../terminal.ts';
import { counted } from '../text-layout.ts';
import { type ImportModule, loadChoreography } from './load-choreography.ts';

/** What `choreo check` found. */
export interface CheckResult {
  readonly choreography: string;
  readonly services: number;
  readonly reactions: number;
  readonly ok: boolean;
  readonly topology: CheckReport;
  /** Absent: there is no such directory. */
  readonly schemas?: SchemaCheckResult;
}

/** Options of `choreo check`. */
export interface CheckCommandOptions {
  readonly choreography: string;
  readonly directory: string;
  readonly contracts: string;
  /** A commit whose schemas count as published, too. @default - none */
  readonly against?: string;
  /** Warnings count, too. */
  readonly strict?: true;
}

/**
 * All checks of a choreography, and the gate of its schemas.
 * @throws NOT_FOUND, CHOREOGRAPHY_UNREADABLE, DUPLICATE, UNKNOWN_CHECK, and what `checkAgainst` throws
 */
export async function checkAll(options: CheckCommandOptions, load: ImportModule): Promise<CheckResult> {
  const { choreography, checks } = await loadChoreography(options.choreography, load);
  const set = existsSync(options.directory) ? await readSchemas(options.directory) : undefined;
  const contracts = set && { schemas: set, reads: await readContracts(options.contracts) };
  const topology = checkChoreography(choreography, { ...(contracts ? { contracts } : {}), ...checks });
  const schemas = set && (await checkAgainst(options, set, []));
  const warned = options.strict === true && topology.findings.some(({ severity }) => severity === 'warning');
  return {
    choreography: choreography.name,
    services: choreography.services.length,
    reactions: choreography.services.reduce((sum, { reactions }) => sum + Object.keys(reactions).length, 0),
    ok: topology.ok && !warned && (schemas === undefined || (schemas.drift.length === 0 && schemas.gate.ok)),
    topology,
    ...(schemas ? { schemas } : {}),
  };
}

/** Both parts for a reader. */
export function checkText({ choreography, services, reactions, topology, schemas }: CheckResult, paint: Paint): string {
  const mark = topology.ok ? paint('green', '✓') : paint('red', '✗');
  const head = `${mark} ${choreography}: ${counted(services, 'service')} with ${counted(reactions, 'reaction')}`;
  const text = `${head}\n${reportText(topology)}\n`;
  return schemas === undefined ? text : `${text}${schemaCheckText(schemas, paint)}`;
}
