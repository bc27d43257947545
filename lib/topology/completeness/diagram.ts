import { type SequenceLine, sequenceText } from '../mermaid/sequence-text.ts';
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
  const lines: SequenceLine[] = [];
  const serviceOf = (index: number | undefined) => (index === undefined ? OUTSIDE : (saga.runs[index] as SagaRun).reaction.service);
  const note = (index: number, text: string) => lines.push({ over: serviceOf(index), note: `${saga.runs[index]?.reaction.name} ${text}` });
  for (const { what, run: index, events } of merged(situation)) {
    const from = serviceOf(index);
    if (index !== undefined && what !== 'began' && what !== 'answered' && what !== 'silent') note(index, notes[what]);
    for (const event of events)
      for (const to of hearers(saga, situation, event)) lines.push({ from, to, says: saga.events[event] as string });
  }
  for (const step of undoneSteps(saga, situation)) note(step, 'undone');
  for (const { what, run: index } of merged(situation)) if (what === 'silent' && index !== undefined) note(index, 'says nothing');
  note(run, 'stays done');
  return sequenceText(lines);
}
