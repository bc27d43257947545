import { nodeId } from '../mermaid/node-id.ts';
import type { Saga, SagaRun } from './saga.ts';
import type { Situation } from './situation.ts';
import { merged, undoneSteps } from './telling.ts';

const OUTSIDE = 'outside';

/** Services that do something with an event in this situation. */
function hearers({ runs, takers }: Saga, { outcomes }: Situation, event: number): readonly string[] {
  const acting = (takers[event] ?? []).filter((run) => outcomes[run] !== 'open').map((run) => runs[run] as SagaRun);
  const undone = runs.filter(({ undoneBy }, run) => outcomes[run] === 'succeeded' && undoneBy.includes(event));
  return [...new Set([...acting, ...undone].map(({ reaction }) => reaction.service))];
}

const notes = { succeeded: 'done', failed: 'failed', cancelled: 'cancelled', undone: 'undone', open: '' } as const;

/** A situation as a Mermaid sequence diagram; `run`: the one that stays done. */
export function diagramOf(saga: Saga, situation: Situation, run: number): string {
  const lines: string[] = [];
  const lanes = new Set<string>();
  const serviceOf = (index: number | undefined) => (index === undefined ? OUTSIDE : (saga.runs[index] as SagaRun).reaction.service);
  const note = (index: number, text: string) =>
    lines.push(`  Note over ${nodeId(serviceOf(index))}: ${saga.runs[index]?.reaction.name} ${text}`);
  for (const { what, run: index, events } of merged(situation)) {
    const from = serviceOf(index);
    lanes.add(from);
    if (index !== undefined && what !== 'began' && what !== 'answered' && what !== 'silent') note(index, notes[what]);
    for (const event of events) {
      for (const to of hearers(saga, situation, event)) {
        lanes.add(to);
        lines.push(`  ${nodeId(from)}->>${nodeId(to)}: ${saga.events[event]}`);
      }
    }
  }
  for (const step of undoneSteps(saga, situation)) note(step, 'undone');
  for (const { what, run: index } of merged(situation)) if (what === 'silent' && index !== undefined) note(index, 'says nothing');
  note(run, 'stays done');
  return [
    'sequenceDiagram',
    ...[...lanes].map((lane) => `  participant ${nodeId(lane)}${nodeId(lane) === lane ? '' : ` as ${lane}`}`),
    ...lines,
  ].join('\n');
}
