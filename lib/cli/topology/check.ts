import { existsSync } from 'node:fs';
import { readContracts } from '../../schema/contracts/contract.ts';
import { readSchemas } from '../../schema/read.ts';
import { checkChoreography } from '../../topology/check.ts';
import type { CheckReport } from '../../topology/finding.ts';
import { reportText } from '../../topology/report-text.ts';
import { checkAgainst, type SchemaCheckResult, schemaCheckText } from '../schema/check.ts';
import type { Paint } from '../terminal.ts';
import { counted } from '../text-layout.ts';
import { loadTopology, type TopologyOptions, type TopologySources } from './deployed.ts';

/** What `choreo check` found. */
export interface CheckResult {
  readonly choreography: string;
  readonly services: number;
  readonly reactions: number;
  readonly ok: boolean;
  /** Services that run on the backbone and were looked at as well. Absent: nothing deployed was asked for. */
  readonly deployed?: { readonly backbone: string; readonly services: readonly string[] };
  readonly topology: CheckReport;
  /** Warnings counted, too, and there are some. */
  readonly warned?: true;
  /** Absent: there is no such directory. */
  readonly schemas?: SchemaCheckResult;
  /** The directory that is not there. Absent: the schemas were checked. */
  readonly noSchemasIn?: string;
}

/** Options of `choreo check`. */
export interface CheckCommandOptions extends TopologyOptions {
  readonly directory: string;
  readonly contracts: string;
  /** A commit whose schemas count as published, too. @default - none */
  readonly against?: string;
  /** Warnings count, too. */
  readonly strict?: true;
}

/**
 * All checks of a choreography, and the gate of its schemas.
 * @throws NOT_FOUND, CHOREOGRAPHY_UNREADABLE, DUPLICATE, UNKNOWN_CHECK, UNKNOWN_SEVERITY, and what `checkAgainst` and `readDeployed` throw
 */
export async function checkAll(options: CheckCommandOptions, sources: TopologySources): Promise<CheckResult> {
  const { choreography, checks, running } = await loadTopology(options, sources);
  const set = existsSync(options.directory) ? await readSchemas(options.directory) : undefined;
  const contracts = set && { schemas: set, reads: await readContracts(options.contracts) };
  const topology = checkChoreography(choreography, {
    ...(contracts ? { contracts } : {}),
    ...checks,
  });
  const schemas = set && (await checkAgainst(options, set, []));
  const warned = options.strict === true && topology.findings.some(({ severity }) => severity === 'warning');
  return {
    choreography: choreography.name,
    services: choreography.services.length,
    reactions: choreography.services.reduce((sum, { reactions }) => sum + Object.keys(reactions).length, 0),
    ok: topology.ok && !warned && (schemas === undefined || (schemas.drift.length === 0 && schemas.gate.ok)),
    ...(running ? { deployed: { backbone: options.deployed as string, services: running.map(({ service }) => service) } } : {}),
    topology,
    ...(warned ? { warned } : {}),
    ...(schemas ? { schemas } : { noSchemasIn: options.directory }),
  };
}

/** Both parts for a reader. */
export function checkText(result: CheckResult, paint: Paint): string {
  const { choreography, services, reactions, deployed, topology, warned, schemas, noSchemasIn } = result;
  const mark = topology.ok && !warned ? paint('green', '✓') : paint('red', '✗');
  const beside = deployed ? `, beside ${counted(deployed.services.length, 'service')} deployed on ${deployed.backbone}` : '';
  const head = `${mark} ${choreography}: ${counted(services, 'service')} with ${counted(reactions, 'reaction')}${beside}`;
  const text = `${head}\n${reportText(topology)}\n`;
  if (schemas === undefined)
    return `${text}There is no directory ${noSchemasIn}: schemas, and the fields that consumers read, were not checked.\n`;
  return `${text}${schemaCheckText(schemas, paint)}`;
}
