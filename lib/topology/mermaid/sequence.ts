import type { ReactionNode, TopologyGraph } from '../graph.ts';
import { type SequenceLine, sequenceText } from './sequence-text.ts';

/** One way through a choreography, as a diagram. */
export interface SequenceDiagram {
  /** The message that it begins with. */
  readonly root: string;
  /** What goes wrong; absent: nothing does. */
  readonly failure?: string;
  readonly text: string;
}

/** Messages that one diagram shows at most. */
const MESSAGES_MAX = 200;
const CALLER = 'caller';
const TIMER = 'deadline';

interface Drawing {
  readonly lines: SequenceLine[];
  /** Steps that are done, by id. */
  readonly done: Set<string>;
  readonly seen: Set<string>;
  readonly queue: { readonly type: string; readonly from: string }[];
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
function hand(drawing: Drawing, reactions: readonly ReactionNode[], { type, from }: Drawing['queue'][number], failure?: string): void {
  for (const reaction of reactions) {
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

function failuresOf({ reactions }: TopologyGraph): readonly Failure[] {
  const timers = new Set(reactions.flatMap(({ schedules }) => schedules));
  const lateReactions = reactions.filter(({ on }) => on.some((type) => timers.has(type)));
  const types = new Set([...reactions.flatMap(({ fails }) => fails), ...lateReactions.flatMap(({ emits }) => emits)]);
  return [...types].map((type) => {
    const late = lateReactions.find(({ emits }) => emits.includes(type));
    return { type, ...(late ? { late } : {}) };
  });
}

/** With a deadline nobody but its owner does anything: the shortest such story, and what is undone later hangs on the same event. */
function draw({ reactions }: TopologyGraph, root: string, { type: failure, late }: Partial<Failure> = {}): SequenceDiagram | undefined {
  const drawing: Drawing = { lines: [], done: new Set(), seen: new Set(), queue: [{ type: root, from: CALLER }] };
  const acting = late ? reactions.filter(({ service }) => service === late.service) : reactions;
  if (late) drawing.queue.push(...late.on.map((type) => ({ type, from: TIMER })));
  for (let at = 0; at < drawing.queue.length && at < MESSAGES_MAX; at += 1) {
    const next = drawing.queue[at] as Drawing['queue'][number];
    if (drawing.seen.has(next.type)) continue;
    drawing.seen.add(next.type);
    hand(drawing, acting, next, failure);
  }
  if (failure !== undefined && !drawing.seen.has(failure)) return undefined;
  return { root, ...(failure === undefined ? {} : { failure }), text: sequenceText(drawing.lines) };
}

/**
 * The ways through a choreography from each command as Mermaid sequence diagrams: when all goes well, with each failure
 * that a reaction can tell of, and with each deadline. A picture of one order of things, not of all; `choreo check` tries all.
 */
export function sequenceDiagrams(graph: TopologyGraph): readonly SequenceDiagram[] {
  const roots = graph.messages.filter(({ kind }) => kind === 'command').map(({ type }) => type);
  const failures = failuresOf(graph);
  return roots.flatMap((root) => [undefined, ...failures].flatMap((failure) => draw(graph, root, failure) ?? []));
}
