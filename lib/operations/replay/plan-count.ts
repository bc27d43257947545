import type { Envelope } from '../../contract/envelope.ts';
import type { Claim } from '../../runtime/journal/claim.ts';
import { type ItemKey, keyText } from '../../runtime/journal/item-key.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { Store } from '../../runtime/ports/store.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import { type Concern, claimKeyOf, concernedBy } from '../claim-key.ts';
import { withPatience } from '../patience.ts';

/** What a replay would come across, for one message type. */
export interface PlannedType {
  readonly messages: number;
  /** Reactions on them that have ended, so nothing of them runs again. */
  readonly claimed: number;
  /** Reactions that have not run, or gave up: these would run. */
  readonly wouldRun: number;
  /** Reactions whose outside call is under way or unknown: the runtime looks after them, whatever is replayed. */
  readonly open: number;
}

/** Counts messages, and looks up in batches what has become of them. */
export interface PlanCount {
  readonly messages: number;
  readonly byType: Readonly<Record<string, PlannedType>>;
  /** By reaction. */
  readonly wouldRun: Readonly<Record<string, number>>;
  /** ISO times of the earliest and the latest message. */
  readonly span: { readonly firstAt?: string; readonly lastAt?: string };
  /** For these reactions only; absent: all that are concerned. */
  add(message: Envelope, reactions: readonly string[] | undefined): Promise<void>;
  /** Looks up the rest. */
  flush(): Promise<void>;
}

/** Claims of one read of the store. */
const CLAIMS_READ = 100;

interface Asked {
  readonly key: ItemKey;
  readonly type: string;
  readonly concern: Concern;
}

/** What a claim means for a message that comes again. */
function verdictOf(claim: Claim | undefined, { role }: Concern): 'claimed' | 'wouldRun' | 'open' {
  if (!claim) return 'wouldRun';
  const { state } = claim;
  if (role === 'action') return state === 'gave-up' ? 'wouldRun' : state === 'started' ? 'open' : 'claimed';
  if (state === 'done' || state === 'failed') return 'wouldRun';
  return state === 'undone' || state === 'cancelled' ? 'claimed' : 'open';
}

/** Nothing counted yet. Without a manifest nobody knows which reactions a message concerns. */
export function createPlanCount(clock: Clock, store: Store, manifest: ServiceManifest | undefined): PlanCount {
  const byType: Record<string, { -readonly [Name in keyof PlannedType]: PlannedType[Name] }> = {};
  const wouldRun: Record<string, number> = {};
  const times: string[] = [];
  let messages = 0;
  let asked: Asked[] = [];
  const countedOf = (type: string) => {
    byType[type] ??= { messages: 0, claimed: 0, wouldRun: 0, open: 0 };
    return byType[type];
  };
  async function flush(): Promise<void> {
    const part = asked;
    asked = [];
    if (part.length === 0) return;
    const { claims } = await withPatience(clock, () => store.read({ claims: part.map(({ key }) => key) }));
    for (const { key, type, concern } of part) {
      const verdict = verdictOf(claims.get(keyText(key)), concern);
      countedOf(type)[verdict] += 1;
      if (verdict === 'wouldRun') wouldRun[concern.reaction.name] = (wouldRun[concern.reaction.name] ?? 0) + 1;
    }
  }
  return {
    get messages() {
      return messages;
    },
    byType,
    wouldRun,
    get span() {
      const [firstAt, lastAt] = [times[0], times.at(-1)];
      return { ...(firstAt === undefined ? {} : { firstAt }), ...(lastAt === undefined ? {} : { lastAt }) };
    },
    async add(message, reactions) {
      messages += 1;
      times.push(message.time);
      times.sort();
      if (times.length > 2) times.splice(1, 1);
      countedOf(message.type).messages += 1;
      for (const concern of manifest ? concernedBy(manifest, message.type) : []) {
        if (reactions && !reactions.includes(concern.reaction.name)) continue;
        asked.push({ key: claimKeyOf(concern.reaction, message), type: message.type, concern });
        if (asked.length >= CLAIMS_READ) await flush();
      }
    },
    flush,
  };
}
