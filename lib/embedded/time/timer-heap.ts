/** Something that is to happen at a time. Mutable: cancelling leaves it in the heap. */
export interface TimerEntry {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Breaks ties: what was asked for first happens first. */
  readonly sequence: number;
  /** It alone does not keep the world going, e.g. a deadline of an invocation, or the tick of the sweep. */
  readonly background: boolean;
  run: (() => void) | undefined;
}

/** Entries by time, then in the order in which they came. */
export interface TimerHeap {
  /** Entries that were not cancelled. */
  readonly size: number;
  push(entry: TimerEntry): void;
  /** The earliest one. */
  peek(): TimerEntry | undefined;
  pop(): TimerEntry | undefined;
  /** `false`: it has run or was cancelled before. */
  cancel(entry: TimerEntry): boolean;
}

/** Cancelled entries that may stay in the heap before it is rebuilt. */
const CANCELLED_MAX = 1_024;

function isBefore(left: TimerEntry, right: TimerEntry): boolean {
  return left.time < right.time || (left.time === right.time && left.sequence < right.sequence);
}

function siftUp(heap: TimerEntry[], from: number): void {
  let at = from;
  const entry = heap[at] as TimerEntry;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as TimerEntry;
    if (!isBefore(entry, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = entry;
}

function siftDown(heap: TimerEntry[], from: number): void {
  let at = from;
  const entry = heap[at] as TimerEntry;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    const right = child + 1;
    if (right < heap.length && isBefore(heap[right] as TimerEntry, heap[child] as TimerEntry)) child = right;
    if (!isBefore(heap[child] as TimerEntry, entry)) break;
    heap[at] = heap[child] as TimerEntry;
    at = child;
  }
  heap[at] = entry;
}

/** A binary heap. */
export function createTimerHeap(): TimerHeap {
  let heap: TimerEntry[] = [];
  let cancelled = 0;
  const removeTop = (): TimerEntry => {
    const top = heap[0] as TimerEntry;
    const last = heap.pop() as TimerEntry;
    if (heap.length > 0) {
      heap[0] = last;
      siftDown(heap, 0);
    }
    return top;
  };
  const rebuild = () => {
    heap = heap.filter(({ run }) => run !== undefined);
    for (let at = (heap.length >> 1) - 1; at >= 0; at -= 1) siftDown(heap, at);
    cancelled = 0;
  };
  const peek = (): TimerEntry | undefined => {
    while (heap.length > 0 && heap[0]?.run === undefined) {
      removeTop();
      cancelled -= 1;
    }
    return heap[0];
  };
  return {
    get size() {
      return heap.length - cancelled;
    },
    push(entry) {
      heap.push(entry);
      siftUp(heap, heap.length - 1);
    },
    peek,
    pop: () => (peek() ? removeTop() : undefined),
    cancel(entry) {
      if (entry.run === undefined) return false;
      entry.run = undefined;
      cancelled += 1;
      if (cancelled > CANCELLED_MAX && cancelled > heap.length / 2) rebuild();
      return true;
    },
  };
}
