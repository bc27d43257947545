import type { ReactionNode, TopologyGraph } from '../graph.ts';
import { type Channel, type Channels, channelOf, createChannels } from './channels.ts';
import { type SagaRoot, sagaRoots } from './roots.ts';

/** One way in which an event of a saga comes about. */
export interface Source {
  readonly run: number;
  readonly as: 'emits' | 'fails' | 'schedules' | 'undo';
}

/** A step, or one message that a reaction without a compensation takes: each arrival is a run of its own. Events by index. */
export interface SagaRun {
  readonly reaction: ReactionNode;
  readonly isStep: boolean;
  readonly on: readonly number[];
  readonly emits: readonly number[];
  readonly fails: readonly number[];
  readonly schedules: readonly number[];
  readonly undoneBy: readonly number[];
  readonly undoEmits: readonly number[];
  /** Runs of the same service that also end the saga for it: of them, the first alone emits. */
  readonly rivals: readonly number[];
  /** Steps and quiet reactions of the same service that may have ended the saga for it: after one, the run may keep quiet. */
  readonly deciders: readonly number[];
  /** Other runs of the same reaction: one that emitted may have said all. */
  readonly siblings: readonly number[];
}

/** All that one root can set off. */
export interface Saga {
  readonly root: SagaRoot;
  /** Types, by index. */
  readonly events: readonly string[];
  readonly runs: readonly SagaRun[];
  /** Runs that a message sets off, by event. */
  readonly takers: readonly (readonly number[])[];
  readonly sources: readonly (readonly Source[])[];
  /** Events that may come from outside at any time; the root is the first event. */
  readonly free: readonly boolean[];
  /** Events that one of ours may follow outside, by the event that follows. */
  readonly after: readonly (readonly number[])[];
  /** Indexes of the runs that are steps. */
  readonly steps: readonly number[];
}

const outgoing = ({ emits, fails, schedules }: ReactionNode): readonly string[] => [...emits, ...fails, ...schedules];

/** Channels that come out of what is on this one, compensations included where `all`. */
function nextChannels(channels: Channels, channel: Channel, all: boolean): readonly Channel[] {
  const { takers, undoers } = channels.of(channel);
  const types = takers.flatMap(outgoing);
  if (all) types.push(...undoers.flatMap(({ compensation }) => compensation?.emits ?? []));
  return [...types.map((type) => channelOf(type)), ...channels.answersTo(channel.type)];
}

function closure(channels: Channels, from: readonly Channel[], all: boolean): ReadonlyMap<string, Channel> {
  const reached = new Map(from.map((channel) => [channel.key, channel]));
  for (const channel of reached.values())
    for (const next of nextChannels(channels, channel, all)) if (!reached.has(next.key)) reached.set(next.key, next);
  return reached;
}

/** A message from outside that can only end a saga: it starts no step and leads to something that undoes one of these. */
function isSignal(channels: Channels, root: SagaRoot, steps: ReadonlySet<string>): boolean {
  const isStep = ({ compensation }: ReactionNode) => compensation !== undefined;
  const own = channelOf(root.type, root.service);
  for (const channel of closure(channels, [own], false).values()) if (channels.of(channel).takers.some(isStep)) return false;
  for (const channel of closure(channels, [own], true).values())
    if (channels.of(channel).undoers.some(({ id }) => steps.has(id))) return true;
  return false;
}

interface Draft {
  readonly reaction: ReactionNode;
  readonly on: readonly Channel[];
}

function draftsOf(channels: Channels, reached: ReadonlyMap<string, Channel>): readonly Draft[] {
  const drafts = new Map<string, { reaction: ReactionNode; on: Channel[] }>();
  for (const channel of reached.values()) {
    for (const reaction of channels.of(channel).takers) {
      const key = reaction.compensation ? reaction.id : `${reaction.id} ${channel.key}`;
      const draft = drafts.get(key) ?? { reaction, on: [] };
      draft.on.push(channel);
      drafts.set(key, draft);
    }
  }
  return [...drafts.values()];
}

/** Whether nothing that the reaction emits comes back to another emitting reaction of its service; a projection decides nothing. */
function hasLastWord(channels: Channels, reaction: ReactionNode): boolean {
  if (reaction.reprocessable) return false;
  const said = closure(
    channels,
    outgoing(reaction).map((type) => channelOf(type)),
    false,
  );
  for (const channel of said.values())
    for (const taker of channels.of(channel).takers)
      if (taker.service === reaction.service && taker.id !== reaction.id && taker.emits.length > 0) return false;
  return true;
}

/** The other runs that may end the saga for the service of a run, where one of the two undoes steps of others. */
function findEnders(channels: Channels, drafts: readonly Draft[]): readonly Pick<SagaRun, 'rivals' | 'deciders'>[] {
  const last = drafts.map(({ reaction }) => hasLastWord(channels, reaction));
  const undoes = drafts.map(({ reaction }) => reaction.emits.some((type) => channels.of(channelOf(type)).undoers.length > 0));
  return drafts.map(({ reaction }, index) => {
    if (reaction.compensation || reaction.emits.length === 0 || !last[index]) return { rivals: [], deciders: [] };
    const others = drafts.flatMap(({ reaction: other }, at) =>
      at !== index && last[at] && other.service === reaction.service && (undoes[index] || undoes[at]) ? [at] : [],
    );
    const isRival = (at: number) => drafts[at]?.reaction.compensation === undefined && drafts[at]?.reaction.emits.length !== 0;
    return { rivals: others.filter(isRival), deciders: others.filter((at) => !isRival(at)) };
  });
}

function createSaga(channels: Channels, root: SagaRoot, signals: readonly SagaRoot[]): Saga {
  const begin = [root, ...signals].map(({ type, service }) => channelOf(type, service));
  const reached = closure(channels, begin, true);
  const keys = new Map([...reached.keys()].map((key, index) => [key, index]));
  const events = [...reached.values()];
  const indexes = (types: readonly string[]) => types.map((type) => keys.get(channelOf(type).key) as number);
  const drafts = draftsOf(channels, reached);
  const enders = findEnders(channels, drafts);
  const runs = drafts.map(({ reaction, on }, index): SagaRun => {
    const undoneBy = events.flatMap((channel, event) => (channels.of(channel).undoers.includes(reaction) ? [event] : []));
    return {
      reaction,
      isStep: reaction.compensation !== undefined,
      on: on.map(({ key }) => keys.get(key) as number),
      emits: indexes(reaction.emits),
      fails: indexes(reaction.fails),
      schedules: indexes(reaction.schedules),
      undoneBy,
      undoEmits: undoneBy.length > 0 ? indexes(reaction.compensation?.emits ?? []) : [],
      ...(enders[index] ?? { rivals: [], deciders: [] }),
      siblings: drafts.flatMap((other, at) => (at !== index && other.reaction === reaction ? [at] : [])),
    };
  });
  const list = <T>(): T[][] => events.map(() => []);
  const [takers, sources, after] = [list<number>(), list<Source>(), list<number>()];
  for (const [run, { on, emits, fails, schedules, undoEmits }] of runs.entries()) {
    for (const event of on) takers[event]?.push(run);
    for (const event of emits) sources[event]?.push({ run, as: 'emits' });
    for (const event of fails) sources[event]?.push({ run, as: 'fails' });
    for (const event of schedules) sources[event]?.push({ run, as: 'schedules' });
    for (const event of undoEmits) sources[event]?.push({ run, as: 'undo' });
  }
  for (const [event, channel] of events.entries())
    for (const answer of channels.answersTo(channel.type)) after[keys.get(answer.key) as number]?.push(event);
  const free = events.map((_, event) => event < begin.length);
  const steps = runs.flatMap(({ isStep }, run) => (isStep ? [run] : []));
  return { root, events: events.map(({ type }) => type), runs, takers, sources, free, after, steps };
}

/** Every saga that has a step, by its root; a signal from outside belongs to each saga that it can end. */
export function sagasOf(graph: TopologyGraph): readonly Saga[] {
  const channels = createChannels(graph);
  const roots = sagaRoots(graph);
  const stepsOf = ({ type, service }: SagaRoot): ReadonlySet<string> => {
    const takers = [...closure(channels, [channelOf(type, service)], true).values()].flatMap((channel) => channels.of(channel).takers);
    return new Set(takers.filter(({ compensation }) => compensation).map(({ id }) => id));
  };
  return roots.flatMap((root) => {
    const steps = stepsOf(root);
    if (steps.size === 0) return [];
    const signals = roots.filter((other) => other !== root && other.kind === 'event' && isSignal(channels, other, steps));
    return [createSaga(channels, root, signals)];
  });
}
