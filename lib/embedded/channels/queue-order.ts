import type { Random } from '../random.ts';

/** A message in a queue. Mutable: the queue's own. */
export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly group: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  receiveCount: number;
  /** What allows to delete it or to change how long it is hidden: the last receive alone. */
  receipt: string;
  hidden: boolean;
}

/** In which order a queue hands out what is in it. */
export interface QueueOrder {
  add(message: QueuedMessage): void;
  /** The next message that is visible, now in flight. */
  take(): QueuedMessage | undefined;
  /** It is visible again. */
  release(message: QueuedMessage): void;
  /** It is gone for good. */
  remove(message: QueuedMessage): void;
  /** Nothing of a batch that was taken comes twice; begins the next batch. */
  endBatch(): void;
}

/** Standard queues: one of the first few, by chance. */
export function createStandardOrder(random: Random): QueueOrder {
  const visible: QueuedMessage[] = [];
  return {
    add: (message) => void visible.push(message),
    take: () => visible.splice(random.integer(Math.min(visible.length, REORDER_MAX)), 1)[0],
    release: (message) => void visible.push(message),
    remove() {},
    endBatch() {},
  };
}

/** How many messages a standard queue may skip. */
const REORDER_MAX = 4;

interface Group {
  readonly messages: QueuedMessage[];
  /** Messages in flight: while there are any, the group hands out nothing more. */
  inFlight: number;
}

/** FIFO queues: in order per group; a message that is in flight or hidden holds back its group, not the others. */
export function createFifoOrder(): QueueOrder {
  const groups = new Map<string, Group>();
  /** Groups that the current batch took from: it may take more of them. */
  const batch = new Set<Group>();
  const groupOf = (name: string): Group => {
    const group = groups.get(name) ?? { messages: [], inFlight: 0 };
    groups.set(name, group);
    return group;
  };
  return {
    add: (message) => void groupOf(message.group).messages.push(message),
    take() {
      for (const group of groups.values()) {
        if (group.inFlight > 0 && !batch.has(group)) continue;
        const message = group.messages.find(({ hidden }) => !hidden);
        if (!message) continue;
        group.inFlight += 1;
        batch.add(group);
        return message;
      }
      return undefined;
    },
    release(message) {
      groupOf(message.group).inFlight -= 1;
    },
    remove(message) {
      const group = groupOf(message.group);
      group.messages.splice(group.messages.indexOf(message), 1);
      group.inFlight -= 1;
      if (group.messages.length === 0) groups.delete(message.group);
    },
    endBatch: () => batch.clear(),
  };
}
