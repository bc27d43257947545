import { compareTexts } from '../contract/compare-texts.ts';
import { isChoreographyError } from '../contract/errors.ts';
import { ID_LENGTH_MAX } from '../contract/limits.ts';
import { knownManifests } from '../operations/access.ts';
import { groupDeadLetters } from '../operations/dead-letters/groups.ts';
import { type DeadLetterSummary, listDeadLetters } from '../operations/dead-letters/list.ts';
import { readLag } from '../operations/lag.ts';
import { newestRecords } from '../operations/newest-records.ts';
import { sagaOf } from '../operations/sagas/saga.ts';
import { messageKey, readMessage } from '../operations/stream-message.ts';
import { spanText } from '../operations/time-text.ts';
import { ConsumersView } from './consumers-view.tsx';
import { DeadLettersView } from './dead-letters-view.tsx';
import { commandFor, type PageDesk } from './desk.ts';
import { type Place, pageDocument } from './document.tsx';
import { MapView } from './map/map-view.tsx';
import { CommandLine } from './parts.tsx';
import { REFRESH } from './refresh.ts';
import { SagaView } from './saga/saga-view.tsx';
import { readSagas } from './sagas/read-sagas.ts';
import { SagasView } from './sagas/sagas-view.tsx';
import { windowIn } from './sagas/time-window.ts';
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

/** Whether a store can be asked for it. */
const isId = (text: string): boolean => text !== '' && text.length <= ID_LENGTH_MAX;

const sagas: Page = async (desk, query) => {
  const manifests = await desk.finish(knownManifests(desk.access));
  const asked = (query.get('q') ?? '').trim();
  if (isId(asked) && (await desk.finish(sagaOf(desk.access, asked, manifests))).status !== 'unknown')
    return { status: 303, type: 'text/html', body: '', location: `saga?id=${encodeURIComponent(asked)}` };
  const shown = await readSagas(desk, manifests, windowIn(query, desk), asked);
  return html(desk, 'Sagas', './', <SagasView shown={shown} desk={desk} />);
};

const saga: Page = async (desk, query) => {
  const manifests = await desk.finish(knownManifests(desk.access));
  const id = query.get('id') ?? '';
  if (!isId(id)) return html(desk, 'Not found', undefined, <h1>No saga has such an id</h1>, 404);
  const found = await desk.finish(sagaOf(desk.access, id, manifests));
  const view = <SagaView saga={found} manifests={manifests} now={desk.access.clock.now()} desk={desk} />;
  return html(desk, `Saga ${id}`, undefined, view, found.status === 'unknown' ? 404 : 200);
};

/** How many events of each type went over the stream lately, each counted once, and since when (milliseconds since 1970). */
async function countedTypes({ access, finish, lookBackSeconds }: PageDesk) {
  const counts = new Map<string, number>();
  const until = access.clock.now();
  const window = { from: until - lookBackSeconds * 1000, until, recordsMax: COUNTED_MAX };
  const { records, from, more } = access.stream ? await finish(newestRecords(access, window)) : { records: [], from: until, more: false };
  const events = new Map(records.flatMap(({ body }) => readMessage(body) ?? []).map((message) => [messageKey(message), message.type]));
  for (const type of events.values()) counts.set(type, (counts.get(type) ?? 0) + 1);
  return { counts, milliseconds: until - from, more };
}

const map: Page = async (desk) => {
  const manifests = await desk.finish(knownManifests(desk.access));
  const { counts: seen, milliseconds, more } = await countedTypes(desk);
  const isWhole = desk.refreshSeconds === undefined && !more;
  const time = isWhole ? 'of this run' : `of the last ${spanText(milliseconds)}`;
  const note = seen.size > 0 ? `The numbers count the events ${time}${more ? ', which is as many as are read at once' : ''}.` : '';
  return html(desk, 'Map', 'map', <MapView manifests={manifests} seen={seen} seenNote={note} />);
};

const consumers: Page = async (desk) => {
  const lags = await desk.finish(readLag(desk.access));
  return html(desk, 'Consumers', 'consumers', <ConsumersView lags={lags} desk={desk} />);
};

/** Of each consumer the newest ones, as a list gives them, then the newest of all. */
async function newestLetters(access: PageDesk['access'], consumers: readonly string[]): Promise<readonly DeadLetterSummary[]> {
  const pages = await Promise.all(consumers.map((consumer) => listDeadLetters(access, { consumer, limit: LETTERS_MAX })));
  const all = pages.flatMap(({ items }) => items);
  return all.sort((left, right) => compareTexts(right.lastFailedAt, left.lastFailedAt)).slice(0, LETTERS_MAX);
}

const deadLetters: Page = async (desk, query) => {
  const { access, finish } = desk;
  const consumer = query.get('consumer') ?? undefined;
  const about = consumer === undefined ? {} : { consumer };
  const { groups, more } = await finish(groupDeadLetters(access, about));
  const concerned = [...new Set(groups.map((group) => group.consumer))];
  const letters = await finish(newestLetters(access, concerned));
  const shown = { groups, more, letters, now: access.clock.now(), ...about };
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
      <CommandLine>{commandFor({ options: '' }, 'explain', code)}</CommandLine>
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
