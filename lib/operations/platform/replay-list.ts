import { ChoreographyError } from '../../contract/errors.ts';
import { hashOf } from '../../runtime/journal/hash.ts';
import type { Clock } from '../../runtime/ports/clock.ts';
import type { ControlRecords } from '../../runtime/ports/control-records.ts';
import { withPatience } from '../patience.ts';

/** A replay that the platform looks at with each tick. */
export interface ListedReplay {
  readonly id: string;
  /** Milliseconds since 1970 at which somebody last gave it to the platform. */
  readonly at: number;
}

/** The list as it is stored; one small document, so that a tick with nothing to do reads one item. */
export interface ReplayList {
  readonly replays: readonly ListedReplay[];
  /** `null`: it was never written. */
  readonly version: string | null;
}

/** Collection of the platform's own documents. */
export const PLATFORM_COLLECTION = 'platform';
const ID = 'replays';
/** Replays on the platform at once. */
export const PLATFORM_REPLAYS_MAX = 50;
/** Tries to change the list, which ticks write, too. */
const CHANGE_TRIES_MAX = 10;

/** What the list is kept with. */
export interface ListPorts {
  readonly clock: Clock;
  readonly records: ControlRecords;
}

/** Reads the list. */
export async function loadReplayList({ clock, records }: ListPorts): Promise<ReplayList> {
  const found = await withPatience(clock, () => records.get(PLATFORM_COLLECTION, ID));
  const { replays } = (found?.value ?? { replays: [] }) as Pick<ReplayList, 'replays'>;
  return { replays, version: found?.version ?? null };
}

/** `false`: somebody else has changed it. Each change has another version, as entries carry their time. */
async function putReplayList({ clock, records }: ListPorts, replays: readonly ListedReplay[], before: string | null): Promise<boolean> {
  const version = hashOf('platform', before ?? '', JSON.stringify(replays));
  return withPatience(clock, () => records.put({ collection: PLATFORM_COLLECTION, id: ID, version, value: { replays } }, before));
}

/**
 * Gives a replay to the platform. Do it before the replay itself says so: a tick that finds nothing to run in it leaves it
 * on the list for a while. One that is listed is listed anew, so that no tick drops it meanwhile.
 * @throws INVALID_REPLAY, REPLAY_TAKEN (retryable)
 */
export async function listReplay(ports: ListPorts, id: string): Promise<void> {
  for (let attempt = 1; attempt <= CHANGE_TRIES_MAX; attempt += 1) {
    const { replays, version } = await loadReplayList(ports);
    const others = replays.filter((one) => one.id !== id);
    if (others.length >= PLATFORM_REPLAYS_MAX) {
      throw new ChoreographyError(
        'INVALID_REPLAY',
        `The platform has ${others.length} replays already; run this one in a terminal, or stop others.`,
        {
          details: { id, replaysMax: PLATFORM_REPLAYS_MAX },
        },
      );
    }
    if (await putReplayList(ports, [...others, { id, at: ports.clock.now() }], version)) return;
  }
  throw new ChoreographyError('REPLAY_TAKEN', 'The list of replays on the platform is written all the time; try again.', {
    details: { id },
    retryable: true,
  });
}

/** Takes replays off the list, if nobody has changed it since; else the next tick does. */
export async function dropReplays(ports: ListPorts, { replays, version }: ReplayList, ids: ReadonlySet<string>): Promise<void> {
  if (ids.size > 0)
    await putReplayList(
      ports,
      replays.filter(({ id }) => !ids.has(id)),
      version,
    );
}
