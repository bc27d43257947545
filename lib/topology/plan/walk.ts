import { type Channel, channelOf } from '../completeness/channels.ts';
import type { SagaRoot } from '../completeness/roots.ts';
import { deliver, publish, type Way } from './delivery.ts';
import type { Estimate, PlannedReaction } from './estimate.ts';
import { after, arrival, attemptsSeconds, later, type Moment, start } from './moment.ts';
import { noUsage, sumOf, type Usage } from './usage.ts';
import { type Deed, type Task, type Work, workOf } from './work.ts';

/** A reaction on one of its messages: `order.expireOrder OrderDeadlinePassed`. */
export type RunKey = `${string} ${string}`;

/** One way in which a saga goes. */
export interface Story {
  readonly root: SagaRoot;
  /** What goes wrong; with a deadline, how that ends the saga. @default - nothing */
  readonly fails?: { readonly reaction: string; readonly event: string };
  /** The timer that ends the saga. @default - none does */
  readonly deadline?: RunKey;
  /** Runs that look, and let nothing out: another one has decided. */
  readonly quiet: ReadonlySet<RunKey>;
}

/** A message of a story, with everything that publishing and taking it costs. */
export interface StoryMessage {
  readonly type: string;
  /** Ids of the reactions that do something about it. */
  readonly takenBy: readonly string[];
  readonly usage: Usage;
}

/** How a story goes. */
export interface Walked {
  readonly messages: readonly StoryMessage[];
  /** Messages in a row until the last reaction, as the envelopes count them. */
  readonly hops: number;
  /** From the beginning, or from the deadline, until nothing is left to do; timers that end nothing are not waited for. */
  readonly end: Moment;
  /** Ids of reactions that succeeded, in order. */
  readonly reacted: readonly string[];
  /** The way goes in a circle, or on for longer than is counted: there is more than this. */
  readonly cut: boolean;
}

/** Messages of one story that are counted. */
export const STORY_MESSAGES_MAX = 1_000;

interface Sent {
  readonly channel: Channel;
  readonly from: 'reaction' | 'outside';
  readonly hops: number;
  readonly at: Moment;
  /** Whether the end of the story waits for it. */
  readonly counts: boolean;
  readonly before?: Sent;
}

interface Claim {
  readonly state: 'done' | 'failed' | 'undone' | 'cancelled';
  readonly kilobytes: number;
}

interface Walking {
  readonly estimate: Estimate;
  readonly story: Story;
  /** Of steps, by reaction. */
  readonly claims: Map<string, Claim>;
  readonly queue: Sent[];
  readonly timers: Sent[];
  readonly messages: StoryMessage[];
  readonly reacted: string[];
  failed: boolean;
  hops: number;
  end: Moment;
  cut: boolean;
}

function wayOf({ services, commands }: Estimate, { type, service: inboundOf }: Channel, service: string): Way {
  const manifest = services.get(service);
  if (inboundOf !== undefined) {
    const from = manifest?.inbounds.find(({ event }) => event.type === type)?.from ?? { queue: '' };
    if ('bus' in from) return 'rule';
    return 'queue' in from ? 'queue' : 'other-stream';
  }
  if (commands.has(type)) return 'command';
  return manifest?.source ?? 'stream';
}

function actionDeed({ story, claims, failed }: Walking, { node }: PlannedReaction, type: string): Deed {
  if (node.compensation && claims.has(node.id)) return 'nothing'; // a step is taken once, or was cancelled before
  const run: RunKey = `${node.id} ${type}`;
  if (story.fails?.reaction === node.id && !failed && (story.deadline ?? run) === run) return 'fail';
  return story.quiet.has(run) ? 'keep-quiet' : 'react';
}

function triggerDeed({ claims }: Walking, { node }: PlannedReaction): Deed {
  const state = claims.get(node.id)?.state;
  if (state === 'done') return 'undo';
  return state === undefined || state === 'failed' ? 'cancel' : 'nothing';
}

function emitsOf({ story }: Walking, { node }: PlannedReaction, deed: Deed): readonly string[] {
  if (deed === 'react') return node.emits;
  if (deed === 'fail') return story.fails ? [story.fails.event] : [];
  return deed === 'undo' ? (node.compensation?.emits ?? []) : [];
}

function taskOf(walking: Walking, reaction: PlannedReaction, deed: Deed, isCommand: boolean): Task {
  return {
    reaction,
    deed,
    emits: emitsOf(walking, reaction, deed),
    schedules: deed === 'react' ? reaction.node.schedules : [],
    claimBefore: walking.claims.get(reaction.node.id)?.kilobytes ?? 0,
    isCommand,
  };
}

const states: Readonly<Record<Exclude<Deed, 'nothing'>, Claim['state']>> = {
  react: 'done',
  fail: 'failed',
  'keep-quiet': 'done',
  undo: 'undone',
  cancel: 'cancelled',
};

/** Keeps what a task has come to. */
function note(walking: Walking, { reaction: { node }, deed }: Task, { claimAfter }: Work): void {
  if (deed === 'nothing') return;
  if (node.compensation) walking.claims.set(node.id, { state: states[deed], kilobytes: claimAfter });
  if (deed === 'react') walking.reacted.push(node.id);
  if (deed === 'fail') walking.failed = true;
}

function isOnItsWay(type: string, sent: Sent): boolean {
  for (let one: Sent | undefined = sent; one; one = one.before) if (one.channel.type === type) return true;
  return false;
}

function send(walking: Walking, to: Sent[], channel: Channel, before: Sent, at: Moment, from: Sent['from'] = 'reaction'): void {
  if (isOnItsWay(channel.type, before)) {
    walking.cut = true;
    return;
  }
  to.push({ channel, from, hops: from === 'outside' ? 0 : before.hops + 1, at, counts: before.counts, before });
}

/** Hands a message over to one service. */
function hand(walking: Walking, sent: Sent, service: string, tasks: readonly Task[]): Usage {
  const { estimate } = walking;
  const way = wayOf(estimate, sent.channel, service);
  const works = tasks.map((task) => workOf(task, estimate.eventKilobytes));
  const emits = tasks.some((task) => task.emits.length > 0);
  const { usage, latency } = deliver(estimate, way, works, emits);
  const limit = Math.max(...tasks.map((task) => (task.deed === 'nothing' ? 0 : attemptsSeconds(estimate, task.reaction))));
  const done = after(arrival(estimate, sent.at, way, service), latency, limit);
  if (sent.counts) walking.end = later(walking.end, done);
  for (const [index, task] of tasks.entries()) {
    note(walking, task, works[index] as Work);
    for (const type of task.emits) send(walking, walking.queue, channelOf(type), sent, done);
    for (const type of task.schedules) send(walking, walking.timers, channelOf(type), sent, done);
  }
  return usage;
}

/** Hands a message over to everybody who takes it, or undoes something on it. */
function handle(walking: Walking, sent: Sent): void {
  const { estimate, messages } = walking;
  const { graph, channels, reactions, commands } = estimate;
  const { type, service: inboundOf } = sent.channel;
  const { takers, undoers } = channels.of(sent.channel);
  const isCommand = commands.has(type);
  const planned = (id: string) => reactions.get(id) as PlannedReaction;
  const takenBy: string[] = [];
  const usages: Usage[] = inboundOf === undefined && !isCommand ? [publish(estimate, type)] : [];
  for (const { name } of graph.services) {
    const actions = takers.filter(({ service }) => service === name).map(({ id }) => planned(id));
    const triggers = undoers.filter(({ service }) => service === name).map(({ id }) => planned(id));
    const tasks = [
      ...actions.map((reaction) => taskOf(walking, reaction, actionDeed(walking, reaction, type), isCommand)),
      ...triggers.map((reaction) => taskOf(walking, reaction, triggerDeed(walking, reaction), false)),
    ];
    if (tasks.length === 0) continue;
    takenBy.push(...tasks.flatMap(({ reaction, deed }) => (deed === 'nothing' ? [] : [reaction.node.id])));
    walking.hops = Math.max(walking.hops, sent.hops);
    usages.push(hand(walking, sent, name, tasks));
  }
  messages.push({ type, takenBy, usage: sumOf([noUsage, ...usages]) });
  for (const answer of channels.answersTo(type)) send(walking, walking.queue, answer, sent, sent.at, 'outside');
}

/** What comes next: a timer only when nothing else is left. That of the deadline begins the time that is counted. */
function next(walking: Walking): Sent | undefined {
  const { queue, timers, story, estimate } = walking;
  const sent = queue.shift();
  if (sent) return sent;
  const timer = timers.shift();
  if (!timer) return undefined;
  const isDeadline = estimate.channels.of(timer.channel).takers.some(({ id }) => story.deadline === `${id} ${timer.channel.type}`);
  return { ...timer, at: start, counts: isDeadline };
}

/** Plays one story to its end. */
export function walk(estimate: Estimate, story: Story): Walked {
  const { type, service } = story.root;
  const root: Sent = { channel: channelOf(type, service), from: 'outside', hops: 0, at: start, counts: story.deadline === undefined };
  const walking: Walking = {
    estimate,
    story,
    claims: new Map(),
    queue: [root],
    timers: [],
    messages: [],
    reacted: [],
    failed: false,
    hops: 0,
    end: start,
    cut: false,
  };
  for (let sent = next(walking); sent; sent = next(walking)) {
    if (walking.messages.length >= STORY_MESSAGES_MAX) {
      walking.cut = true;
      break;
    }
    handle(walking, sent);
  }
  const { messages, hops, end, reacted, cut } = walking;
  return { messages, hops, end, reacted, cut };
}
