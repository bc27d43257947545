import type { Saga } from '../../operations/sagas/saga.ts';
import type { ServiceManifest } from '../../topology/manifest.ts';
import { standaloneDocument } from '../document.tsx';
import { STYLE } from '../style.ts';
import { SagaView } from './saga-view.tsx';

/** One saga as an HTML file that needs no server. `now`: milliseconds since 1970. `options`: as of a `PageDesk`. */
export function sagaDocument(saga: Saga, manifests: readonly ServiceManifest[], now: number, options: string): string {
  const view = <SagaView saga={saga} manifests={manifests} now={now} desk={{ options }} />;
  return standaloneDocument(`Saga ${saga.correlationId}`, STYLE, view);
}
