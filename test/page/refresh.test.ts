import { Window } from 'happy-dom';
import { describe, expect, test } from 'vitest';
import { pageDocument } from '../../lib/page/document.tsx';
import { REFRESH } from '../../lib/page/refresh.ts';

/** What the server answers to the next look; an error: it does not answer. */
type Answer = { readonly status?: number; readonly body: string; readonly redirectedTo?: string } | Error;

const desk = {
  name: 'shop',
  options: '',
  lookBackSeconds: 900,
  refreshSeconds: 2,
  access: undefined as never,
  finish: (work: never) => work,
};
const pageOf = (content: string) =>
  pageDocument(desk, 'Sagas', './', [])
    .replace(/<main>.*<\/main>/s, `<main>${content}</main>`)
    .replace(/<script.*?<\/script>/, '');
const STATUS = '[role="status"]';

/** A page in a browser whose time goes on when the test says so. */
function browser(first: string) {
  const window = new Window({ url: 'http://127.0.0.1:4711/token/' });
  window.document.write(pageOf(first));
  const timers: { readonly run: () => Promise<void>; readonly milliseconds: number }[] = [];
  let answer: Answer = { body: '' };
  let asked = 0;
  const went: string[] = [];
  const globals = {
    document: window.document,
    DOMParser: window.DOMParser,
    getSelection: () => window.getSelection(),
    location: { href: window.location.href, replace: (url: string) => went.push(url) },
    AbortSignal,
    setTimeout: (run: () => Promise<void>, milliseconds: number) => timers.push({ run, milliseconds }),
    async fetch() {
      asked += 1;
      if (answer instanceof Error) throw answer;
      const { status = 200, body, redirectedTo } = answer;
      return { status, redirected: redirectedTo !== undefined, url: redirectedTo ?? window.location.href, text: async () => body };
    },
  };
  new Function(...Object.keys(globals), REFRESH)(...Object.values(globals));
  return {
    window,
    went,
    asked: () => asked,
    main: () => window.document.querySelector('main')?.innerHTML,
    note: () => window.document.querySelector(STATUS)?.textContent,
    /** The next look, with what is answered to it; milliseconds until the one after it. */
    async look(next: Answer): Promise<number | undefined> {
      answer = next;
      await timers.shift()?.run();
      return timers[0]?.milliseconds;
    },
  };
}

describe('an open page', () => {
  test('shows what has changed, and looks again after the time that it was given', async () => {
    const { look, main } = browser('<p>one</p>');
    expect(await look({ body: pageOf('<p>two</p>') })).toBe(2_000);
    expect(main()).toBe('<p>two</p>');
  });

  test('keeps what is typed, where it is scrolled to, and the link that has the focus', async () => {
    const content = (more: string) => `<form><input name="q"></form><div class="wide">x</div><a href="saga?id=1">1</a>${more}`;
    const { look, main, window } = browser(content(''));
    const { document } = window;
    const input = document.querySelector('input');
    const box = document.querySelector('.wide');
    if (!input || !box) throw new Error('the page has no field');
    input.value = 'half a word';
    box.scrollLeft = 40;
    document.querySelector('main a')?.dispatchEvent(new window.Event('focus'));
    (document.querySelector('main a') as unknown as { focus(): void }).focus();
    await look({ body: pageOf(content('<p>more</p>')) });
    expect(main()).toContain('<p>more</p>');
    expect([document.querySelector('input')?.value, document.querySelector('.wide')?.scrollLeft]).toEqual(['half a word', 40]);
    expect(document.activeElement?.getAttribute('href')).toBe('saga?id=1');
  });

  test('does not look while somebody types', async () => {
    const { look, asked, window } = browser('<input name="q">');
    window.document.querySelector('input')?.focus();
    expect(await look({ body: pageOf('<p>two</p>') })).toBe(2_000);
    expect(asked()).toBe(0);
  });

  test.each<readonly [string, Answer, string]>([
    [
      'a failure of the world',
      { status: 503, body: pageOf('<h1>STORE_UNAVAILABLE</h1>') },
      'It cannot be read anew (STORE_UNAVAILABLE): what is shown may be old.',
    ],
    ['an answer that is no page', { status: 404, body: 'nothing here' }, 'It cannot be read anew (404): what is shown may be old.'],
    ['no answer', new Error('ECONNREFUSED'), 'It does not answer any more: what is shown may be old.'],
  ])('keeps what it shows after %s, says so, and goes on', async (_, failure, note) => {
    const page = browser('<p>one</p>');
    expect(await page.look(failure)).toBe(2_000);
    expect([page.main(), page.note()]).toEqual(['<p>one</p>', note]);
    await page.look({ body: pageOf('<p>two</p>') });
    expect([page.main(), page.note()]).toEqual(['<p>two</p>', '']);
  });

  test('goes where it is sent', async () => {
    const { look, went } = browser('<p>one</p>');
    await look({ body: pageOf('<p>saga</p>'), redirectedTo: 'http://127.0.0.1:4711/token/saga?id=1' });
    expect(went).toEqual(['http://127.0.0.1:4711/token/saga?id=1']);
  });
});
