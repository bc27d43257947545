import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { PageDesk } from './desk.ts';

/** Pages that the head links to. */
const places = [
  { path: './', name: 'Sagas' },
  { path: 'map', name: 'Map' },
  { path: 'consumers', name: 'Consumers' },
  { path: 'dead-letters', name: 'Dead letters' },
] as const;

/** The path of a page in the head. */
export type Place = (typeof places)[number]['path'];

/** One page as HTML. `at`: which link of the head it is. */
export function pageDocument(desk: PageDesk, title: string, at: Place | undefined, content: ComponentChildren): string {
  const html = renderToString(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · ${desk.name}`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="style.css" />
      </head>
      <body data-refresh={desk.refreshSeconds ?? 0}>
        <header>
          <strong>choreo</strong>
          {places.map(({ path, name }) => (
            <a key={path} href={path} {...(path === at ? { 'aria-current': 'page' } : {})}>
              {name}
            </a>
          ))}
          <span role="status" />
          <span class="world dim">{desk.name}</span>
        </header>
        <main>{content}</main>
        {desk.refreshSeconds !== undefined && <script src="refresh.js" />}
      </body>
    </html>,
  );
  return `<!doctype html>\n${html}\n`;
}

/** A page that needs no server: with the style sheet in it, and no links. */
export function standaloneDocument(title: string, style: string, content: ComponentChildren): string {
  const html = renderToString(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        {/* The style sheet is ours: nothing that was read goes into it. */}
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <main>{content}</main>
      </body>
    </html>,
  );
  return `<!doctype html>\n${html}\n`;
}
