import { channelKey, channelMessageRef } from './channels.ts';
import type { Reference } from './data-schema.ts';
import { type Flow, isTaken } from './flows.ts';
import { http } from './message.ts';

/** What a reaction is, beside its messages; on what it takes there is also how. */
export interface AsyncApiReaction {
  readonly service: string;
  readonly name: string;
  readonly as: Flow['as'];
  readonly delivery?: 'at-least-once' | 'at-most-once';
  readonly retryAttempts?: number;
  readonly reprocessable?: boolean;
  /** When the last attempt failed it may say any of what it emits or fails with; which one, its code decides. */
  readonly onGiveUp?: boolean;
  /** Outside systems that it calls. */
  readonly clients?: readonly string[];
  /** Hours after which it can no longer be undone. @default - no end */
  readonly undoWindowHours?: number;
}

/** An Operation Object of AsyncAPI. */
export interface AsyncApiOperation {
  readonly action: 'send' | 'receive';
  readonly channel: Reference;
  readonly title: string;
  readonly tags: readonly AsyncApiTag[];
  readonly bindings?: { readonly http: object };
  readonly messages: readonly Reference[];
  readonly reply?: { readonly channel: Reference; readonly messages: readonly Reference[] };
  readonly 'x-reaction'?: AsyncApiReaction;
}

const verbs: Readonly<Record<Flow['as'], string>> = {
  on: 'runs on',
  emits: 'succeeds with',
  fails: 'fails with',
  schedules: 'schedules',
  'compensation.on': 'is undone on',
  'compensation.emits': 'is undone with',
  inbound: 'takes in messages that stand for',
};

/** Kinds of operations, for tools that filter by tag. No service can be called that. */
const kindTags = {
  'kind:failure': 'How a reaction fails.',
  'kind:deadline': 'What a reaction schedules; after how long, its code decides.',
  'kind:compensation': 'How a reaction is undone.',
  'kind:inbound': 'What comes from systems that do not write our envelope.',
} as const;

const kindOf: Readonly<Partial<Record<Flow['as'], keyof typeof kindTags>>> = {
  fails: 'kind:failure',
  schedules: 'kind:deadline',
  'compensation.on': 'kind:compensation',
  'compensation.emits': 'kind:compensation',
  inbound: 'kind:inbound',
};

/** A Tag Object of AsyncAPI. */
export interface AsyncApiTag {
  readonly name: string;
  readonly description?: string;
}

/** The kinds of operations among these flows, said once for the whole document. */
export function kindTagsOf(flows: readonly Flow[]): readonly AsyncApiTag[] {
  const used = new Set(flows.map(({ as }) => kindOf[as]));
  return Object.entries(kindTags).flatMap(([name, description]) =>
    used.has(name as keyof typeof kindTags) ? [{ name, description }] : [],
  );
}

function titleOf({ service, reaction, as, messages }: Flow): string {
  const types = [...new Set(messages.map(({ type }) => type))].join(', ');
  return `${reaction ? `${reaction.name} in ${service}` : service} ${verbs[as]} ${types}`;
}

function reactionOf({ service, reaction, as }: Flow): Pick<AsyncApiOperation, 'x-reaction'> {
  if (!reaction) return {};
  const { name, delivery, retryAttempts, reprocessable, onGiveUp, clients, compensation } = reaction;
  const self = { service, name, as };
  if (as === 'on')
    return {
      'x-reaction': { ...self, delivery, retryAttempts, reprocessable, onGiveUp, clients: clients.map((client) => client.name) },
    };
  const window = as === 'compensation.on' ? compensation?.undoWindowHours : undefined;
  return { 'x-reaction': { ...self, ...(window === undefined ? {} : { undoWindowHours: window }) } };
}

/** A flow as an Operation Object, seen from its service: what the service says is sent, what it takes is received. */
export function operationOf(flow: Flow): AsyncApiOperation {
  const { service, as, way, messages, replies } = flow;
  const kind = kindOf[as];
  const channel = { $ref: `#/channels/${channelKey(way)}` };
  const refs = (carried: Flow['messages']) => carried.map((message) => channelMessageRef(way, message));
  return {
    action: isTaken(flow) ? 'receive' : 'send',
    channel,
    title: titleOf(flow),
    tags: [{ name: service }, ...(kind === undefined ? [] : [{ name: kind }])],
    ...(way.kind === 'commands' ? { bindings: http({ method: 'POST' }) } : {}),
    messages: refs(messages),
    ...(replies ? { reply: { channel, messages: refs(replies) } } : {}),
    ...reactionOf(flow),
  };
}
