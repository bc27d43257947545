import { recentSagas } from '../../operations/sagas/recent.ts';
import { sagaOf } from '../../operations/sagas/saga.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import type { PageDesk } from '../desk.ts';
import type { ListedSaga, ShownSagas } from './sagas-view.tsx';

/** Sagas of one list. */
const SAGAS_MAX = 25;
/** Sagas whose journals are read at the same time. */
const AT_ONCE = 5;

/** The sagas that ran lately, and how each stands. `subject`: only those with an event whose subject has this in it. */
export async function readSagas(desk: PageDesk, manifests: readonly ServiceManifest[], subject: string): Promise<ShownSagas> {
  const { access, finish, lookBackSeconds: sinceSeconds } = desk;
  if (!access.stream) return { subject, now: access.clock.now() };
  const query = { limit: SAGAS_MAX, sinceSeconds, ...(subject === '' ? {} : { subject }) };
  const recent = await finish(recentSagas(access, query));
  const items: ListedSaga[] = [];
  for (let at = 0; at < recent.items.length; at += AT_ONCE) {
    const some = recent.items.slice(at, at + AT_ONCE);
    const read = Promise.all(some.map(async (one) => ({ ...one, status: (await sagaOf(access, one.correlationId, manifests)).status })));
    items.push(...(await finish(read)));
  }
  return { recent: { ...recent, items }, subject, now: access.clock.now() };
}
