import { compareTexts } from '../../contract/compare-texts.ts';
import type { Saga, SagaStatus } from '../../operations/sagas/saga.ts';
import type { SagaStep } from '../../operations/sagas/step.ts';
import { type SequenceLine, sequenceText } from '../../topology/mermaid/sequence-text.ts';
import { tableText, timeText } from '../table.ts';
import type { Paint, Tone } from '../terminal.ts';
import { counted } from '../text-layout.ts';
import { treeLines } from './saga-tree.ts';

const tones: Readonly<Record<SagaStatus, Tone>> = {
  unknown: 'red',
  running: 'cyan',
  parked: 'yellow',
  stuck: 'red',
  completed: 'green',
  compensated: 'yellow',
};

function headText({ correlationId, status, messages, steps, deadLetters, more }: Saga, paint: Paint): string {
  const letters = deadLetters.length === 0 ? '' : `, ${counted(deadLetters.length, 'dead letter')} that no reaction names`;
  const counts = `${counted(messages.length, 'message')}, ${counted(steps.length, 'reaction')}${letters}${more ? '; there is more than is read' : ''}`;
  return `${paint('bold', correlationId)}  ${paint(tones[status], status)}  ${paint('dim', counts)}`;
}

/** A saga as a tree. */
export function treeText(saga: Saga, paint: Paint): string {
  return `${[headText(saga, paint), '', ...treeLines(saga, paint)].join('\n')}\n`;
}

/** A saga in the order of time; milliseconds count from its first message. */
export function timelineText(saga: Saga, paint: Paint): string {
  const messages = saga.messages.map(({ time, source, type, subject, scheduled }) => ({
    at: time,
    what: [source, type, [scheduled ? 'is due' : 'sent', subject].filter(Boolean).join(', ')],
  }));
  const steps = saga.steps.flatMap(({ at, service, reaction, state, undoneAt, trigger }) =>
    at === undefined ? [] : [{ at, what: [service, reaction, undoneAt && trigger ? `${state} on ${trigger.type}` : state] }],
  );
  const ofSteps = saga.steps.flatMap(({ service, reaction, deadLetters }) =>
    deadLetters.map((letter) => ({ ...letter, service, reactions: [reaction] })),
  );
  const letters = [...ofSteps, ...saga.deadLetters].map(({ id, error, state, service, reactions }) => ({
    at: id.split('~')[0] ?? '',
    what: [service, reactions.join(', '), `dead letter ${error.code}, ${state}`],
  }));
  const all = [...messages, ...steps, ...letters].sort((left, right) => compareTexts(left.at, right.at));
  const start = Date.parse(all[0]?.at ?? '');
  const rows = all.map(({ at, what }) => [timeText(at), `+${Date.parse(at) - start}`, ...what]);
  return `${headText(saga, paint)}\n\n${tableText(['time', 'ms', 'service', 'message or reaction', 'what'], rows, paint)}`;
}

const byUndo = ({ undoneAt: left = '' }: SagaStep, { undoneAt: right = '' }: SagaStep) => compareTexts(left, right);

/** A saga as a Mermaid sequence diagram. */
export function mermaidText({ messages, steps, expected }: Saga): string {
  const lines: SequenceLine[] = [];
  for (const { id, source: from, type } of messages) {
    for (const { service, reaction, state, messageId, messageSource } of steps) {
      if (messageId === id && messageSource === from)
        lines.push({ from, to: service, says: type }, { over: service, note: `${reaction} ${state}` });
    }
    for (const { service, reaction, role, messageId, messageSource } of expected) {
      const open = role === 'trigger' ? 'is still to be undone' : 'is still to run';
      if (messageId === id && messageSource === from)
        lines.push({ from, to: service, says: `${type}, ${reaction} ${open}`, isExpected: true });
    }
  }
  for (const { service, reaction, state, undoEmitted, trigger } of [...steps].sort(byUndo)) {
    if (state !== 'undone') continue;
    const sent = messages.filter(({ id, source }) => source === service && undoEmitted.includes(id)).map(({ type }) => type);
    const what = `undoes ${reaction} on ${trigger?.type ?? 'a failure'}`;
    lines.push({ over: service, note: [what, ...sent.map((type) => `sends ${type}`)].join(', ') });
  }
  return sequenceText(lines);
}
