// Outside systems of the random choreographies. They know idempotency keys, for as long as they say.

/** Something that a step books, and can cancel. */
export interface Desk {
  book(request: { readonly id: string; readonly price: number; readonly idempotencyKey: string }): Promise<'booked' | 'full'>;
  cancel(request: { readonly id: string; readonly idempotencyKey: string }): Promise<void>;
}

/** One booking that took effect. */
export interface Booking {
  readonly id: string;
  readonly price: number;
  readonly key: string;
}

/** What a desk saw. */
export interface DeskDouble extends Desk {
  /** One for every call that took effect: a forgotten key books again. */
  readonly bookings: readonly Booking[];
  /** Keys of the cancellations, by what was booked: more than one key gives back twice. */
  readonly cancelled: ReadonlyMap<string, ReadonlySet<string>>;
  readonly uncommittedPrices: readonly number[];
}

/** The time of the world, once there is one. */
export interface WorldTime {
  now: () => number;
}

/** What a desk goes by. */
export interface DeskOptions {
  readonly time: WorldTime;
  readonly isFull: (id: string) => boolean;
  /** Hours for which a key is remembered. */
  readonly keyLifetimeHours: number;
  /** Milliseconds since the first call, from and to, in which nothing works. */
  readonly outage?: readonly [number, number];
  /** Whether the desk cannot handle a saga at all until it is mended, a minute after the first call. */
  readonly isBroken?: (id: string) => boolean;
  /** Whether a price was committed by now: nothing may be booked at one that may never be. */
  readonly isCommitted?: (price: number) => boolean;
}

/** Milliseconds until a broken desk is mended. */
const MENDED_MILLISECONDS = 60_000;

/** Answers a repeated key with its first answer until it forgets the key. */
export function createDesk({ time, isFull, keyLifetimeHours, outage, isBroken, isCommitted = () => true }: DeskOptions): DeskDouble {
  const answers = new Map<string, { readonly answer: 'booked' | 'full'; readonly at: number }>();
  const bookings: Booking[] = [];
  const cancelled = new Map<string, Set<string>>();
  const uncommittedPrices: number[] = [];
  let first: number | undefined;
  function checkUp(): void {
    first ??= time.now();
    const since = time.now() - first;
    if (outage && since >= outage[0] && since < outage[1]) throw new Error('the desk does not answer');
  }
  return {
    bookings,
    cancelled,
    uncommittedPrices,
    async book({ id, price, idempotencyKey }) {
      checkUp();
      if (price > 0 && !isCommitted(price)) uncommittedPrices.push(price);
      if (isBroken?.(id) && time.now() - (first ?? 0) < MENDED_MILLISECONDS)
        throw Object.assign(new Error('the desk cannot handle this'), { retryable: false });
      const known = answers.get(idempotencyKey);
      if (known && time.now() - known.at <= keyLifetimeHours * 3_600_000) return known.answer;
      const answer = isFull(id) ? 'full' : 'booked';
      answers.set(idempotencyKey, { answer, at: time.now() });
      if (answer === 'booked') bookings.push({ id, price, key: idempotencyKey });
      return answer;
    },
    async cancel({ id, idempotencyKey }) {
      checkUp();
      cancelled.set(id, (cancelled.get(id) ?? new Set()).add(idempotencyKey));
    },
  };
}

/** Knows no key: what is told twice is heard twice. */
export interface Bell {
  ring(id: string): Promise<void>;
}

/** Keeps every ring. */
export function createBell(): Bell & { readonly rings: readonly string[] } {
  const rings: string[] = [];
  return {
    rings,
    async ring(id) {
      rings.push(id);
    },
  };
}
