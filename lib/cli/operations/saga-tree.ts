import type { Saga, SagaMessage } from '../../operations/sagas/saga.ts';
import type { SagaStep } from '../../operations/sagas/step.ts';
import { timeText } from '../table.ts';
import type { Paint, Tone } from '../terminal.ts';
import { counted, oneLine } from '../text-layout.ts';

/** A line with what came of it below. */
interface Node {
  readonly line: string;
  readonly nodes: readonly Node[];
}

const stateTones: Readonly<Record<SagaStep['state'], Tone>> = {
  started: 'yellow',
  done: 'green',
  failed: 'red',
  'gave-up': 'red',
  undone: 'yellow',
  cancelled: 'yellow',
};

function letterNode({ id, state, error, attempts }: SagaStep['deadLetters'][number], paint: Paint, where = ''): Node {
  return {
    line: `${where}${paint('red', '✗')} dead letter ${id} (${state}, ${counted(attempts, 'attempt')}): ${paint('red', error.code)} ${oneLine(error.message)}`,
    nodes: [],
  };
}

/** Whether the message undid the step, or found nothing to undo. Of older records, what the undo sent tells it. */
function isUndoneOn({ undoneAt, trigger, undoEmitted }: SagaStep, message: SagaMessage): boolean {
  if (undoneAt === undefined) return false;
  if (trigger) return trigger.id === message.id && trigger.source === message.source;
  return message.children.some((id) => undoEmitted.includes(id));
}

/** What undid a step, where no message of the tree says so. */
function undoneText({ messages }: Saga, step: SagaStep): readonly string[] {
  const { undoneAt, trigger } = step;
  if (undoneAt === undefined || messages.some((message) => isUndoneOn(step, message))) return [];
  return trigger ? [`on ${trigger.type} from ${trigger.source}`] : [];
}

function stepLine(saga: Saga, step: SagaStep, paint: Paint): string {
  const { service, reaction, state, refusal, firstCall, undoRequestedBy } = step;
  const more = [
    ...undoneText(saga, step),
    ...(refusal ? [`refused: ${refusal.code}`] : []),
    ...(firstCall ? [`called ${firstCall.client}.${firstCall.method}`] : []),
    ...(undoRequestedBy === undefined ? [] : ['its undo was requested']),
  ];
  return `${service} ${reaction}  ${paint(stateTones[state], state)}${more.length > 0 ? paint('dim', `  ${more.join(', ')}`) : ''}`;
}

function messageLine({ type, source, subject, time, scheduled }: SagaMessage, paint: Paint): string {
  const when = scheduled ? `due at ${timeText(time)}` : `from ${source} at ${timeText(time)}`;
  return `${paint('bold', type)}  ${paint('dim', oneLine([when, subject].filter(Boolean).join(', ')))}`;
}

/** What is still to come. `due`: its message has a time of its own, which lies ahead and stands in the line above. */
function expectedText({ service, reaction, role, since }: Saga['expected'][number], due: boolean, paused: boolean): string {
  const what = `${role === 'trigger' ? 'undo' : 'run'} ${reaction}`;
  return `${due ? `… ${service} will ${what} then` : `… ${service} still has to ${what}, since ${timeText(since)}`}${paused ? `; ${service} is paused` : ''}`;
}

function awaitedText({ service, types, since }: Saga['awaited'][number]): string {
  return `… another system still has to answer ${service} with ${types.join(' or ')}, since ${timeText(since)}`;
}

/** The tree of one saga: message, reactions on it, what they sent, and what is still to come. */
function nodeOf(saga: Saga, message: SagaMessage, paint: Paint): Node {
  const { messages, steps, parked, expected, awaited, deadLetters } = saga;
  const children = messages.filter(({ id }) => message.children.includes(id));
  const sentBy = (step: Pick<SagaStep, 'service' | 'reaction'>, isUndo: boolean) =>
    children.filter(
      (child) =>
        child.sentBy?.service === step.service && child.sentBy.reaction === step.reaction && (child.sentBy.phase === 'undo') === isUndo,
    );
  const below = (found: readonly SagaMessage[]) => found.map((child) => nodeOf(saga, child, paint));
  const isIt = (about: Pick<SagaStep, 'messageId' | 'messageSource'>) =>
    about.messageId === message.id && about.messageSource === message.source;
  const ran = steps.filter(isIt);
  const undone = steps.filter((step) => isUndoneOn(step, message));
  return {
    line: messageLine(message, paint),
    nodes: [
      ...ran.map((step) => ({
        line: stepLine(saga, step, paint),
        nodes: [...below(sentBy(step, false)), ...step.deadLetters.map((letter) => letterNode(letter, paint))],
      })),
      ...undone.map((step) => ({
        line: `${step.service} ${step.state === 'cancelled' ? 'cancels' : 'undoes'} ${step.reaction}`,
        nodes: below(sentBy(step, true)),
      })),
      ...below(
        children.filter(
          (child) =>
            !child.sentBy ||
            (child.sentBy.phase !== 'undo' &&
              !ran.some(({ service, reaction }) => service === child.sentBy?.service && reaction === child.sentBy.reaction)),
        ),
      ),
      ...parked.filter(isIt).map(({ service, nextTryAt }) => ({
        line: `${service}  ${paint('yellow', 'parked')}, next try at ${timeText(nextTryAt)}`,
        nodes: [],
      })),
      ...deadLetters
        .filter((letter) => letter.message.id === message.id && letter.message.source === message.source)
        .map((letter) => letterNode(letter, paint, `${[letter.service, ...letter.reactions].join(' ')}  `)),
      ...expected
        .filter(isIt)
        .map((step) => ({ line: paint('dim', expectedText(step, message.scheduled, saga.paused.includes(step.service))), nodes: [] })),
      ...awaited.filter(isIt).map((answer) => ({ line: paint('dim', awaitedText(answer)), nodes: [] })),
    ],
  };
}

function linesOf({ line, nodes }: Node, first: string, rest: string): readonly string[] {
  return [
    first + line,
    ...nodes.flatMap((node, index) => {
      const isLast = index === nodes.length - 1;
      return linesOf(node, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`);
    }),
  ];
}

/** The lines of the tree: what nothing else in the saga led to comes first. */
export function treeLines(saga: Saga, paint: Paint): readonly string[] {
  const isChild = new Set(saga.messages.flatMap(({ children }) => children));
  const hasPlace = (step: SagaStep) => saga.messages.some((message) => isUndoneOn(step, message));
  const orphans = saga.steps.filter((step) => step.messageId === undefined && !hasPlace(step));
  return [
    ...saga.messages.filter(({ id }) => !isChild.has(id)).flatMap((message) => linesOf(nodeOf(saga, message, paint), '', '')),
    ...orphans.map((step) => stepLine(saga, step, paint)),
  ];
}
