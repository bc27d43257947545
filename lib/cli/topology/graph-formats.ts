import type { Choreography } from '../../contract/choreography.ts';
import { readSchemas } from '../../schema/read.ts';
import { asyncApiDocument } from '../../topology/asyncapi/document.ts';
import type { CheckOptions } from '../../topology/check.ts';
import { createGraph } from '../../topology/graph.ts';
import { manifestOf, withOthers } from '../../topology/manifest.ts';
import { flowchart } from '../../topology/mermaid/flowchart.ts';
import { type SequenceDiagram, sequenceDiagrams } from '../../topology/mermaid/sequence.ts';
import { notFoundError } from '../failure.ts';
import { jsonText } from '../json-output.ts';
import { suggestion } from '../suggest.ts';
import { unknownFailure } from './unknown-failure.ts';

/** What is drawn, and what is asked of a format that knows more than one drawing. */
export interface DrawingInput {
  readonly choreography: Choreography;
  readonly external: CheckOptions['external'];
  /** Services of other repositories, which are drawn as well; an AsyncAPI document is of this one's services alone. */
  readonly deployed?: CheckOptions['deployed'];
  /** Of the sequences, only the one with this failure. @default - all */
  readonly failure?: string | undefined;
  /** Of the AsyncAPI document, only this service. @default - all */
  readonly service?: string | undefined;
  /** The version of the AsyncAPI document. @default '1.0.0' */
  readonly apiVersion?: string | undefined;
  /** Where the schemas of the AsyncAPI document are. */
  readonly directory: string;
}

/** A choreography in one format. */
export interface Drawing {
  /** As plain data. */
  readonly document: unknown;
  /** As a file. */
  readonly text: string;
}

const graphOf = ({ choreography, external, deployed }: DrawingInput) =>
  createGraph(withOthers(choreography.services.map(manifestOf), deployed), external);

function titled({ root, service, failure, text }: SequenceDiagram): string {
  return `%% ${root}${service === undefined ? '' : `, taken in by ${service}`}${failure === undefined ? '' : `, with ${failure}`}\n${text}`;
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

function checkService({ choreography: { name, services }, service }: DrawingInput): void {
  const names = services.map((one) => one.name);
  if (service === undefined || names.includes(service)) return;
  const meant = suggestion(service, names);
  throw notFoundError(
    `There is no service ${service} in ${name}.`,
    `The services are ${names.join(', ')}.`,
    meant === undefined ? 'Leave --service out to see all.' : `Did you mean ${meant}?`,
  );
}

/** @throws NOT_FOUND, and what `readSchemas` throws */
async function asyncApi(input: DrawingInput): Promise<Drawing> {
  checkService(input);
  const { choreography, external: outside = {}, service, apiVersion: version = '1.0.0', directory } = input;
  const document = asyncApiDocument({
    name: choreography.name,
    manifests: choreography.services.map(manifestOf),
    schemas: await readSchemas(directory),
    version,
    outside,
    ...(service === undefined ? {} : { service }),
  });
  return { document, text: `${JSON.stringify(document, null, 2)}\n` };
}

/** The formats of `choreo graph`, each with what makes it. */
export const drawings = {
  mermaid(input: DrawingInput): Drawing {
    const text = flowchart(graphOf(input));
    return { document: text, text };
  },
  sequence(input: DrawingInput): Drawing {
    const sequences = chosen(sequenceDiagrams(graphOf(input)), input.failure);
    return { document: sequences, text: sequences.map(titled).join('\n') };
  },
  asyncapi: asyncApi,
  json(input: DrawingInput): Drawing {
    const document = graphOf(input);
    return { document, text: jsonText('graph', { format: 'json', document }) };
  },
} as const;
