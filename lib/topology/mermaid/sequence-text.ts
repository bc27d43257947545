import { nodeId } from './node-id.ts';

/** One line of a sequence diagram; lanes have the names that readers know. */
export type SequenceLine =
  | { readonly from: string; readonly to: string; readonly says: string /** It has not happened so far. */; readonly isExpected?: true }
  | { readonly over: string; readonly note: string };

// A prefix: a service may be called `end` or `loop`, which are words of Mermaid.
const laneId = (name: string) => nodeId(name, 'p_');

/** Mermaid takes `;` for the end of a line, `#` for the begin of a character code, and `<` for that of a tag (its documentation, 2026-11). */
function label(text: string): string {
  return text.replace(/[#;<>]/g, (character) => `#${character.charCodeAt(0)};`).replace(/\s+/g, ' ');
}

function lineText(line: SequenceLine): string {
  if ('over' in line) return `  Note over ${laneId(line.over)}: ${label(line.note)}`;
  return `  ${laneId(line.from)}${line.isExpected ? '--)' : '->>'}${laneId(line.to)}: ${label(line.says)}`;
}

/** Lines as a Mermaid sequence diagram: the only place that writes one. Lanes stand in the order in which the lines name them. */
export function sequenceText(lines: readonly SequenceLine[]): string {
  const lanes = new Set(lines.flatMap((line) => ('over' in line ? [line.over] : [line.from, line.to])));
  const declared = [...lanes].map((lane) => `  participant ${laneId(lane)} as ${label(lane)}`);
  return ['sequenceDiagram', ...declared, ...lines.map(lineText), ''].join('\n');
}
