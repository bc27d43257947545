import type { JSX } from 'preact';

/** `#event` and `#failure`: the heads of the arrows in a picture. */
export function ArrowHeads(): JSX.Element {
  return (
    <defs>
      {['event', 'failure'].map((id) => (
        <marker key={id} id={id} class={`head ${id}`} viewBox="0 0 8 8" refX={8} refY={4} markerWidth={8} markerHeight={8} orient="auto">
          <path d="M0 0L8 4L0 8z" />
        </marker>
      ))}
    </defs>
  );
}
