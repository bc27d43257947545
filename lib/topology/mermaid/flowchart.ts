import type { MessageNode, ReactionNode, TopologyGraph } from '../graph.ts';
import { nodeId } from './node-id.ts';

// Prefixes keep messages, reactions and services apart.
const messageId = (type: string) => nodeId(type, 'm_');
const reactionId = (id: string) => nodeId(id, 'r_');

function serviceBox(name: string, reactions: readonly ReactionNode[]): readonly string[] {
  return [
    `  subgraph ${nodeId(name, 's_')}["${name}"]`,
    ...reactions.map(({ id, name: reaction, compensation }) => `    ${reactionId(id)}["${reaction}${compensation ? ' ⟲' : ''}"]`),
    '  end',
  ];
}

function messageNode({ type, kind }: MessageNode): string {
  return kind === 'command' ? `  ${messageId(type)}>"${type}"]` : `  ${messageId(type)}(["${type}"])`;
}

/** Emissions are solid, failures thick, what comes later or undoes is dotted. */
function edgesOf({ id, on, emits, fails, schedules, compensation }: ReactionNode): readonly string[] {
  const self = reactionId(id);
  return [
    ...on.map((type) => `  ${messageId(type)} --> ${self}`),
    ...emits.map((type) => `  ${self} --> ${messageId(type)}`),
    ...fails.map((type) => `  ${self} ==>|fails| ${messageId(type)}`),
    ...schedules.map((type) => `  ${self} -.->|later| ${messageId(type)}`),
    ...(compensation?.on ?? []).map((type) => `  ${messageId(type)} -.->|undo| ${self}`),
    ...(compensation?.emits ?? []).map((type) => `  ${self} -.->|undone| ${messageId(type)}`),
  ];
}

function inboundsOf({ type, emittedBy }: MessageNode): readonly string[] {
  return emittedBy.flatMap(({ as, service }) =>
    as === 'inbound' || as === 'external' ? [`  outside(("outside")) --> |${service ?? 'external'}| ${messageId(type)}`] : [],
  );
}

/**
 * All services, reactions and messages as a Mermaid flowchart. A reaction with a compensation has the sign ⟲. The order is
 * that of the graph, so the same definitions give the same text.
 */
export function flowchart({ services, reactions, messages }: TopologyGraph): string {
  return [
    'flowchart LR',
    ...messages.map(messageNode),
    ...services.flatMap(({ name }) =>
      serviceBox(
        name,
        reactions.filter(({ service }) => service === name),
      ),
    ),
    ...messages.flatMap(inboundsOf),
    ...reactions.flatMap(edgesOf),
    '',
  ].join('\n');
}
