import type { JSX } from 'preact';
import { createGraph } from '../../topology/graph.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import { failureTypes } from '../failure-types.ts';
import { MapPicture } from './map-picture.tsx';
import { placedGraph } from './placed-graph.ts';

/** The choreography as its services declare it, with what went over the stream lately. `seenNote`: which time that is. */
export function MapView(props: {
  readonly manifests: readonly ServiceManifest[];
  readonly seen: ReadonlyMap<string, number>;
  readonly seenNote: string;
}): JSX.Element {
  const { manifests, seen, seenNote } = props;
  return (
    <>
      <h1>Who reacts to what</h1>
      <p class="dim">
        Boxes are services, the others are messages. A dashed arrow undoes, or comes later; red is a message on which something is undone.{' '}
        {seenNote}
      </p>
      <div class="wide">
        <MapPicture graph={placedGraph(createGraph(manifests))} facts={{ failures: failureTypes(manifests), seen }} />
      </div>
    </>
  );
}
