import { isChoreographyError } from '../contract/errors.ts';
import { knownManifests } from '../operations/access.ts';
import { groupDeadLetters } from '../operations/dead-letters/groups.ts';
import { listDeadLetters } from '../operations/dead-letters/list.ts';
import { readLag } from '../operations/lag.ts';
import { newestRecords } from '../operations/newest-records.ts';
import { sagaOf } from '../operations/sagas/saga.ts';
import { readMessage } from '../operations/stream-message.ts';
import { spanText } from '../operations/time-text.ts';
import { ConsumersView } from './consumers-view.tsx';
import { DeadLettersView } from './dead-letters-view.tsx';
import type { PageDesk } from './desk.ts';
import { type Place, pageDocument } from './document.tsx';
import { MapView } from './map/map-view.tsx';
import { REFRESH } from './refresh.ts';
import { SagaView } from './saga/saga-view.tsx';
import { readSagas } from './sagas/read-sagas.ts';
import { SagasView } from './sagas/sagas-view.tsx';
import { STYLE } from './style.ts';

/** What is answered to a browser. */
export interface PageAnswer {
  readonly status: number;
  readonly type: 'text/html' | 'text/css' | 'text/javascript';
  readonly body: string;
  /** Where to go instead, from the page that was asked for. */
  readonly location?: string;
}

type Page = (desk: PageDesk, query: URLSearchParams) => Promise<PageAnswer>;

/** Dead letters that are shown one by one. */
const LETTERS_MAX = 50;
/** Records of the stream that the map counts. */
const COUNTED_MAX = 10_000;

function html(desk: PageDesk, title: string, at: Place | undefined, content: Parameters<typeof pageDocument>[3], status = 200): PageAnswer {
  return { status, type: 'text/html', body: pageDocument(desk, title, at, content) };
}

const sagas: Page = async (desk, query) => {
  const manifests = await desk.finish(knownManifests(desk.access));
  const asked = (query.get('q') ?? '').trim();
  if (asked !== '' && (await desk.finish(sagaOf(desk.access, asked, manifests))).status !== 'unknown')
    return { status: 303, type: 'text/html', body: '', location: `saga?id=${encodeURIComponent(asked)}` };
  const shown = await readSagas(desk, manifests, asked);
  return html(desk, 'Sagas', './', <SagasView shown={shown} desk={desk} />);
};

const saga: Page = async (desk, query) => {
  const manifests = await desk.finish(knownManifests(desk.access));
  const id = query.get('id') ?? '';
  const found = await desk.finish(sagaOf(desk.access, id, manifests));
  const view = <SagaView saga={found} manifests={manifests} desk={desk} />;
  return html(desk, `Saga ${id}`, undefined, view, found.status === 'unknown' ? 404 : 200);
};

/** How many events of each type went over the stream lately. */
async function countedTypes({ access, finish, lookBackSeconds }: PageDesk): Promise<ReadonlyMap<string, number>> {
  const seen = new Map<string, number>();
  if (!access.stream) return seen;
  const until = access.clock.now();
  const window = { from: until - lookBackSeconds * 1000, until, recordsMax: COUNTED_MAX };
  const { records } = await finish(newestRecords(access, window));
  for (const { body } of records) {
    const type = readMessage(body)?.type;
    if (type !== undefined) seen.set(type, (seen.get(type) ?? 0) + 1);
  }
  return seen;
}

const map: Page = async (desk) => {
  const manifests = await desk.finish(knownManifests(desk.access));
  const seen = await countedTypes(desk);
  const time = desk.refreshSeconds === undefined ? 'of this run' : `of the last ${spanText(desk.lookBackSeconds * 1000)}`;
  const note = seen.size > 0 ? `The numbers count the events ${time}.` : '';
  return html(desk, 'Map', 'map', <MapView manifests={manifests} seen={seen} seenNote={note} />);
};

const consumers: Page = async (desk) => {
  const lags = await desk.finish(readLag(desk.access));
  return html(desk, 'Consumers', 'consumers', <ConsumersView lags={lags} desk={desk} />);
};

const deadLetters: Page = async (desk) => {
  const { access, finish } = desk;
  const { groups, more } = await finish(groupDeadLetters(access));
  const { items: letters } = await finish(listDeadLetters(access, { limit: LETTERS_MAX }));
  const shown = { groups, more, letters, now: access.clock.now() };
  return html(desk, 'Dead letters', 'dead-letters', <DeadLettersView shown={shown} desk={desk} />);
};

const pages: Readonly<Record<string, Page>> = {
  '': sagas,
  saga,
  map,
  consumers,
  'dead-letters': deadLetters,
  'style.css': async () => ({ status: 200, type: 'text/css', body: STYLE }),
  'refresh.js': async () => ({ status: 200, type: 'text/javascript', body: REFRESH }),
};

/** A page that says why another one cannot be shown. */
function failed(desk: PageDesk, error: unknown): PageAnswer {
  if (!isChoreographyError(error)) throw error;
  const { code, message, retryable } = error;
  const view = (
    <>
      <h1>{code}</h1>
      <p>{message}</p>
    </>
  );
  return html(desk, code, undefined, view, retryable ? 503 : 500);
}

/**
 * What a browser is shown of a world. `path`: without a leading `/`, e.g. `saga`. Everything is read anew, and nothing is
 * changed; the data of messages is not in it. An error of the world becomes a page with its code.
 */
export async function answerPage(desk: PageDesk, path: string, query: URLSearchParams): Promise<PageAnswer> {
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (!page) return html(desk, 'Not found', undefined, <h1>There is no such page</h1>, 404);
  try {
    return await page(desk, query);
  } catch (error) {
    return failed(desk, error);
  }
}
