import { type SagaRoot, sagaRoots } from '../completeness/roots.ts';
import type { ReactionNode, TopologyGraph } from '../graph.ts';
import { type SequenceLine, sequenceText } from './sequence-text.ts';

/** One way through a choreography, as a diagram. */
export interface SequenceDiagram {
  /** The message that it begins with. */
  readonly root: string;
  /** The service whose inbound that is. @default - everybody's */
  readonly service?: string;
  /** What goes wrong; absent: nothing does. */
  readonly failure?: string;
  readonly text: string;
}

/** Messages that one diagram shows at most. */
const MESSAGES_MAX = 200;
const CALLER = 'caller';
const TIMER = 'deadline';
const OUTSIDE = 'outside';

interface Sent {
  readonly type: string;
  readonly from: string;
  /** The service whose inbound it is, which takes it alone. */
  readonly only?: string;
}

interface Drawing {
  readonly lines: SequenceLine[];
  /** Steps that are done, by id. */
  readonly done: Set<string>;
  readonly seen: Set<string>;
  readonly queue: Sent[];
}

function react(drawing: Drawing, reaction: ReactionNode, failure: string | undefined): void {
  const { id, service, name, fails, emits, compensation } = reaction;
  const failed = failure !== undefined && fails.includes(failure);
  drawing.lines.push({ over: service, note: failed ? `${name} fails` : name });
  if (!failed && compensation) drawing.done.add(id);
  for (const type of failed ? [failure] : emits) drawing.queue.push({ type, from: service });
}

function undo(drawing: Drawing, { id, service, name, compensation }: ReactionNode): void {
  if (!drawing.done.delete(id)) return;
  drawing.lines.push({ over: service, note: `undo ${name}` });
  for (const type of compensation?.emits ?? []) drawing.queue.push({ type, from: service });
}

/** Hands over one message to everybody who takes it. */
function hand(drawing: Drawing, reactions: readonly ReactionNode[], { type, from, only }: Sent, failure?: string): void {
  for (const reaction of reactions) {
    if (only !== undefined && reaction.service !== only) continue;
    const acts = reaction.on.includes(type);
    const undoes = reaction.compensation?.on.includes(type) === true && drawing.done.has(reaction.id);
    if (!acts && !undoes) continue;
    drawing.lines.push({ from, to: reaction.service, says: type });
    if (acts) react(drawing, reaction, failure);
    else undo(drawing, reaction);
  }
}

/** What a saga may fail with, and the reaction that tells of it when a timer has set it off. */
interface Failure {
  readonly type: string;
  readonly late?: ReactionNode;
}

/** What the outside answers to a message, each to whom it comes. */
function answersTo({ messages }: TopologyGraph, type: string): readonly Sent[] {
  return messages.flatMap((message): readonly Sent[] => {
    if (!message.after.includes(type)) return [];
    const inbounds = message.emittedBy.flatMap(({ as, service }) => (as === 'inbound' && service !== undefined ? [service] : []));
    const sent = { type: message.type, from: OUTSIDE };
    return inbounds.length === 0 ? [sent] : inbounds.map((only) => ({ ...sent, only }));
  });
}

const undoes = ({ reactions }: TopologyGraph, type: string) => reactions.some(({ compensation }) => compensation?.on.includes(type));

/** Of the answers to a message, those of this way: the failure alone where it is among them, else those that undo nothing. */
function answersOf(graph: TopologyGraph, type: string, failure: string | undefined): readonly Sent[] {
  const answers = answersTo(graph, type);
  const failing = answers.filter((answer) => answer.type === failure);
  return failing.length > 0 ? failing : answers.filter((answer) => !undoes(graph, answer.type));
}

function failuresOf(graph: TopologyGraph): readonly Failure[] {
  const { reactions, messages } = graph;
  const timers = new Set(reactions.flatMap(({ schedules }) => schedules));
  const lateReactions = reactions.filter(({ on }) => on.some((type) => timers.has(type)));
  const answers = messages.filter(({ type, after }) => after.length > 0 && undoes(graph, type)).map(({ type }) => type);
  const types = new Set([...reactions.flatMap(({ fails }) => fails), ...answers, ...lateReactions.flatMap(({ emits }) => emits)]);
  return [...types].map((type) => {
    const inTime = reactions.some((reaction) => reaction.fails.includes(type) && !lateReactions.includes(reaction));
    const late = inTime ? undefined : lateReactions.find(({ emits, fails }) => emits.includes(type) || fails.includes(type));
    return { type, ...(late ? { late } : {}) };
  });
}

/** With a deadline nobody but its owner does anything: the shortest such story, and what is undone later hangs on the same event. */
function draw(graph: TopologyGraph, { type: root, kind, service }: SagaRoot, { type: failure, late }: Partial<Failure> = {}) {
  const { reactions } = graph;
  const begun: Sent = { type: root, from: kind === 'command' ? CALLER : OUTSIDE, ...(service === undefined ? {} : { only: service }) };
  const drawing: Drawing = { lines: [], done: new Set(), seen: new Set(), queue: [begun] };
  const acting = late ? reactions.filter((reaction) => reaction.service === late.service) : reactions;
  if (late) drawing.queue.push(...late.on.map((type) => ({ type, from: TIMER })));
  for (let at = 0; at < drawing.queue.length && at < MESSAGES_MAX; at += 1) {
    const next = drawing.queue[at] as Sent;
    const key = `${next.type} ${next.only ?? ''}`;
    if (drawing.seen.has(key)) continue;
    drawing.seen.add(key);
    hand(drawing, acting, next, failure);
    if (!late) drawing.queue.push(...answersOf(graph, next.type, failure));
  }
  if (failure !== undefined && !drawing.queue.some(({ type }) => type === failure)) return undefined;
  const diagram: SequenceDiagram = {
    root,
    ...(service === undefined ? {} : { service }),
    ...(failure === undefined ? {} : { failure }),
    text: sequenceText(drawing.lines),
  };
  return diagram;
}

/** Somebody goes on from it; a message that only one service notes down is no saga. */
function leadsOn({ reactions }: TopologyGraph, { type, kind, service }: SagaRoot): boolean {
  const takers = reactions.filter((one) => one.on.includes(type) && (service === undefined || one.service === service));
  return kind === 'command' || takers.some(({ emits, fails, schedules }) => emits.length + fails.length + schedules.length > 0);
}

/**
 * The ways through a choreography from each command, and from each event from outside that leads on, as Mermaid sequence
 * diagrams: when all goes well, with each failure that a reaction or an answer from outside can tell of, and with each
 * deadline. A picture of one order of things, not of all; `choreo check` tries all.
 */
export function sequenceDiagrams(graph: TopologyGraph): readonly SequenceDiagram[] {
  const roots = sagaRoots(graph).filter((root) => leadsOn(graph, root));
  const failures = failuresOf(graph);
  return roots.flatMap((root) => [undefined, ...failures].flatMap((failure) => draw(graph, root, failure) ?? []));
}
