import type { ComponentChildren, JSX } from 'preact';
import { spanText, timeText } from '../operations/time-text.ts';
import type { Tone } from './tones.ts';

/** A short text with its sign, e.g. the status of a saga. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }): JSX.Element {
  return (
    <span class={`badge ${tone.name}`}>
      {tone.sign} {children}
    </span>
  );
}

/** An ISO time, in UTC. */
export function Time({ at }: { readonly at: string }): JSX.Element {
  return <time dateTime={at}>{timeText(at)}</time>;
}

/** How long ago something was. */
export function Ago({ at, now }: { readonly at: string; readonly now: number }): JSX.Element {
  return (
    <time dateTime={at} title={`${timeText(at)} UTC`}>
      {spanText(Math.max(0, now - Date.parse(at)))} ago
    </time>
  );
}

/** A command line to copy. */
export function CommandLine({ children }: { readonly children: string }): JSX.Element {
  return <code class="command">{children}</code>;
}

/** A link to a saga. Half a character has no form in an address, and asking for one throws. */
export function SagaLink({ id }: { readonly id: string }): JSX.Element {
  return (
    <a class="id" href={`saga?id=${encodeURIComponent(id.replace(/\p{Surrogate}/gu, '\ufffd'))}`}>
      {id}
    </a>
  );
}

/** Rows of a table that a browser is given. */
const TABLE_ROWS_MAX = 1_000;

/** A table that scrolls by itself where it is too wide. `rows`: the cells; `key` of each is its place. */
export function Table({ heads, rows }: { readonly heads: readonly string[]; readonly rows: readonly (readonly ComponentChildren[])[] }) {
  return (
    <div class="wide">
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, TABLE_ROWS_MAX).map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) => (
                <td key={heads[column]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > TABLE_ROWS_MAX && (
        <p class="dim">
          The first {TABLE_ROWS_MAX} of {rows.length}.
        </p>
      )}
    </div>
  );
}
