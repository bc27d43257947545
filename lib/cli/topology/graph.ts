import { writeFile } from 'node:fs/promises';
import { unwritable } from '../../schema/unwritable.ts';
import { createGraph, type TopologyGraph } from '../../topology/graph.ts';
import { manifestOf } from '../../topology/manifest.ts';
import { flowchart } from '../../topology/mermaid/flowchart.ts';
import { type SequenceDiagram, sequenceDiagrams } from '../../topology/mermaid/sequence.ts';
import { type ImportModule, loadChoreography } from './load-choreography.ts';
import { unknownFailure } from './unknown-failure.ts';

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

/** The ways that were asked for. @throws NOT_FOUND */
function chosen(all: readonly SequenceDiagram[], failure: string | undefined): readonly SequenceDiagram[] {
  if (failure === undefined) return all;
  const found = all.filter((diagram) => diagram.failure === failure);
  if (found.length > 0) return found;
  throw unknownFailure(
    failure,
    all.flatMap((diagram) => diagram.failure ?? []),
  );
}

/** Draws a choreography. @throws NOT_FOUND, CHOREOGRAPHY_UNREADABLE, DUPLICATE, OUTPUT_UNWRITABLE */
export async function drawGraph(
  { choreography: file, format, failure, out }: GraphCommandOptions,
  load: ImportModule,
): Promise<GraphResult> {
  const { choreography, checks } = await loadChoreography(file, load);
  const graph = createGraph(choreography.services.map(manifestOf), checks.external);
  const sequences = chosen(sequenceDiagrams(graph), failure);
  const text = format === 'mermaid' ? flowchart(graph) : sequences.map(titled).join('\n');
  if (out !== undefined) await writeFile(out, text).catch(unwritable(out));
  return { graph, sequences, text };
}
