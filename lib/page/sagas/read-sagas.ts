import { type RecentSaga, type RecentSagas, recentSagas } from '../../operations/sagas/recent.ts';
import { type Saga, sagaOf } from '../../operations/sagas/saga.ts';
import { readTrouble, type Trouble } from '../../operations/sagas/trouble.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import type { PageDesk } from '../desk.ts';
import type { TimeWindow } from './time-window.ts';

/** Sagas that ran in the time and are listed. */
const SAGAS_MAX = 25;
/** Sagas that need a look and are listed before them: often one problem has stopped them all, and `dead-letters` says so. */
const TROUBLED_MAX = 10;
/** Sagas whose journals are read at the same time. */
const AT_ONCE = 5;

/** A saga of the time that was asked for: what its events say, and what the journals do. */
export interface ListedSaga extends RecentSaga {
  readonly saga: Saga;
}

/** What is shown of a world on the page of its sagas. */
export interface ShownSagas {
  readonly trouble: Omit<Trouble, 'sagas' | 'letters'>;
  /** Those that need a look, whatever their age, those that are stuck first, with the newest dead letters first; none where a subject was asked for. */
  readonly troubled: readonly Saga[];
  /** Those that were found to need a look, as far as they were looked for. */
  readonly foundTroubled: number;
  /** The others, of the time that was asked for. Absent: there is no stream that could be read. */
  readonly recent?: Omit<RecentSagas, 'items'> & { readonly items: readonly ListedSaga[] };
  readonly window: TimeWindow;
  /** A part of the subject that was asked for. */
  readonly subject: string;
  /** Seconds for which the stream keeps records, if it is known. */
  readonly retentionSeconds?: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What is not at rest as it should be, or has a dead letter beside it; those of `stuck` also where only the time says so. */
function needsLook({ correlationId, status, deadLetters }: Saga, asked: ReadonlySet<string>): boolean {
  if (status === 'stuck' || deadLetters.length > 0) return true;
  return asked.has(correlationId) && (status === 'parked' || status === 'running');
}

/** Those that are stuck first; else as they were found. */
function byStatus(left: Saga, right: Saga): number {
  return Number(right.status === 'stuck') - Number(left.status === 'stuck');
}

/** How each of some sagas stands. */
async function readEach(
  { access, finish }: PageDesk,
  ids: readonly string[],
  manifests: readonly ServiceManifest[],
  { letters }: Trouble,
): Promise<ReadonlyMap<string, Saga>> {
  const sagas = new Map<string, Saga>();
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    const read = await finish(Promise.all(some.map((id) => sagaOf(access, id, manifests, letters))));
    for (const saga of read) sagas.set(saga.correlationId, saga);
  }
  return sagas;
}

/** The sagas that need a look, and those that ran in a time. `subject`: only those with an event whose subject has this in it. */
export async function readSagas(
  desk: PageDesk,
  manifests: readonly ServiceManifest[],
  window: TimeWindow,
  subject: string,
): Promise<ShownSagas> {
  const { access, finish, refreshSeconds } = desk;
  const trouble = await finish(readTrouble(access, manifests, { walk: refreshSeconds === undefined }));
  const query = { limit: SAGAS_MAX, ...window, ...(subject === '' ? {} : { subject }) };
  const recent = access.stream ? await finish(recentSagas(access, query)) : undefined;
  const asked = new Set(subject === '' ? trouble.sagas.slice(0, TROUBLED_MAX) : []);
  const ran = recent?.items.map(({ correlationId }) => correlationId) ?? [];
  const sagas = await readEach(desk, [...new Set([...asked, ...ran])], manifests, trouble);
  const troubled =
    subject === ''
      ? [...sagas.values()]
          .filter((saga) => needsLook(saga, asked))
          .sort(byStatus)
          .slice(0, TROUBLED_MAX)
      : [];
  const items = (recent?.items ?? []).flatMap((one): readonly ListedSaga[] => {
    const saga = sagas.get(one.correlationId);
    return saga && !troubled.includes(saga) ? [{ ...one, saga }] : [];
  });
  const { consumers, stuck } = trouble;
  return {
    trouble: { consumers, ...(stuck ? { stuck } : {}) },
    troubled,
    foundTroubled: trouble.sagas.length,
    ...(recent ? { recent: { ...recent, items } } : {}),
    window,
    subject,
    ...(access.retentionSeconds === undefined ? {} : { retentionSeconds: access.retentionSeconds }),
    now: access.clock.now(),
  };
}
