import { writeFile } from 'node:fs/promises';
import { unwritable } from '../../schema/unwritable.ts';
import { usageError } from '../failure.ts';
import { loadTopology, type TopologyOptions, type TopologySources } from './deployed.ts';
import { drawings } from './graph-formats.ts';

/** A format of `choreo graph`. */
export type GraphFormat = keyof typeof drawings;

/** What `choreo graph` can write. */
export const graphFormats = Object.keys(drawings) as readonly GraphFormat[];

/** Options of `choreo graph`. */
export interface GraphCommandOptions extends TopologyOptions {
  readonly format: GraphFormat;
  readonly failure?: string;
  readonly service?: string;
  readonly apiVersion?: string;
  readonly directory: string;
  /** A file to write instead of standard output. @default - none */
  readonly out?: string;
}

/** What was drawn; the document is left out where it went to a file. */
export interface GraphResult {
  readonly format: GraphFormat;
  readonly document?: unknown;
  /** The file that was written. */
  readonly out?: string;
}

/** Options that one format alone knows. */
const onlyWith = { failure: 'sequence', service: 'asyncapi', apiVersion: 'asyncapi' } as const;
const flags = { failure: '--failure', service: '--service', apiVersion: '--api-version' } as const;

function checkOptions(options: GraphCommandOptions): void {
  for (const option of ['failure', 'service', 'apiVersion'] as const) {
    const format = onlyWith[option];
    if (options[option] === undefined || options.format === format) continue;
    throw usageError(
      `${flags[option]} does not work with --format ${options.format}.`,
      `Only the format ${format} supports it.`,
      `Leave ${flags[option]} out, or give --format ${format}.`,
    );
  }
}

/** Draws a choreography. @throws USAGE, NOT_FOUND, CHOREOGRAPHY_UNREADABLE, DUPLICATE, SCHEMA_UNREADABLE, SCHEMA_INVALID, SCHEMA_UNSAFE, OUTPUT_UNWRITABLE, and what `readDeployed` throws */
export async function drawGraph(
  options: GraphCommandOptions,
  sources: TopologySources,
): Promise<{ readonly result: GraphResult; readonly text: string }> {
  checkOptions(options);
  const { format, out, failure, service, apiVersion, directory } = options;
  const { choreography, checks } = await loadTopology(options, sources);
  const { external, deployed } = checks;
  const { document, text } = await drawings[format]({ failure, service, apiVersion, directory, choreography, external, deployed });
  if (out === undefined) return { result: { format, document }, text };
  await writeFile(out, text).catch(unwritable(out));
  return { result: { format, out }, text: `wrote ${out}\n` };
}
