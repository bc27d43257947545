import { writeFile } from 'node:fs/promises';
import { checkInput } from '../../topology/check.ts';
import type { TopologyGraph } from '../../topology/graph.ts';
import { manifestOf } from '../../topology/manifest.ts';
import { flowchart } from '../../topology/mermaid/flowchart.ts';
import { type SequenceDiagram, sequenceDiagrams } from '../../topology/mermaid/sequence.ts';
import { type ImportModule, loadChoreography } from './load-choreography.ts';

/** What `choreo graph` can draw. */
export const graphFormats = ['mermaid', 'sequence'] as const;

/** Options of `choreo graph`. */
export interface GraphCommandOptions {
  readonly choreography: string;
  readonly format: (typeof graphFormats)[number];
  /** Of the sequences, only the one with this failure. @default - all */
  readonly failure?: string;
  /** A file to write instead of standard output. @default - none */
  readonly out?: string;
}

/** What was drawn. */
export interface GraphResult {
  readonly graph: TopologyGraph;
  readonly sequences: readonly SequenceDiagram[];
  /** The text of the diagram. */
  readonly text: string;
}

function titled({ root, failure, text }: SequenceDiagram): string {
  return `%% ${root}${failure === undefined ? '' : `, with ${failure}`}\n${text}`;
}

/** Draws a choreography. @throws NOT_FOUND, CHOREOGRAPHY_UNREADABLE, DUPLICATE */
export async function drawGraph(
  { choreography: file, format, failure, out }: GraphCommandOptions,
  load: ImportModule,
): Promise<GraphResult> {
  const { choreography, checks } = await loadChoreography(file, load);
  const { graph } = checkInput(choreography.services.map(manifestOf), checks);
  const sequences = sequenceDiagrams(graph).filter((diagram) => failure === undefined || diagram.failure === failure);
  const text = format === 'mermaid' ? flowchart(graph) : sequences.map(titled).join('\n');
  if (out !== undefined) await writeFile(out, text);
  return { graph, sequences, text };
}
