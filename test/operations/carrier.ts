// Labels, which a carrier answers by itself, and the operator's look at one saga of it.
import { defineChoreography, defineInbound, defineReaction, defineService } from 'aws-choreography';
import { enginePorts } from '../../lib/cli/world/engine-ports.ts';
import type { EventType } from '../../lib/contract/message-type.ts';
import type { AnyService } from '../../lib/contract/service.ts';
import { createEngine } from '../../lib/embedded/engine.ts';
import { knownManifests } from '../../lib/operations/access.ts';
import { sagaOf } from '../../lib/operations/sagas/saga.ts';
import { stuckSagas } from '../../lib/operations/sagas/stuck.ts';
import { event } from '../runtime/rig.ts';

export const ordered = event('LabelOrdered');
export const reordered = event('LabelReordered');
const issued = event('LabelIssued');
const overdue = event('ScanOverdue');
const scanned = event('ParcelScanned');
const lost = event('ParcelLost');
const delivered = event('ParcelDelivered');
const failed = event('LabelFailed');

interface Scan {
  readonly number: string;
  readonly saga: string;
  readonly time?: string;
}

const raw = {
  id: ({ number }: Scan) => number,
  correlationId: ({ saga }: Scan) => saga,
  data: ({ number }: Scan) => ({ id: number }),
};

/** A carrier answers by a scan, or by saying that the parcel is lost; `deadline`: by when. */
export function carrierOf(deadline?: { readonly afterSeconds: number }, others: readonly AnyService[] = []) {
  const labels = defineService({
    name: 'labels',
    reactions: [
      defineReaction({
        name: 'issueLabel',
        on: ordered,
        emits: [issued],
        schedules: [overdue],
        react({ data: { id } }, tx) {
          tx.emit(issued, { id });
          if (deadline) tx.schedule(overdue, { id }, deadline);
        },
        compensation: { on: failed, undo: () => undefined },
      }),
      defineReaction({ name: 'issueAnother', on: reordered, emits: [issued], react: ({ data: { id } }, tx) => tx.emit(issued, { id }) }),
      defineReaction({
        name: 'closeLabel',
        on: [scanned, lost],
        emits: [delivered],
        react: ({ data: { id } }, tx) => tx.emit(delivered, { id }),
      }),
      defineReaction({ name: 'giveUpLabel', on: overdue, react: () => undefined }),
    ],
    inbound: [
      defineInbound<typeof scanned, Scan>(scanned, { from: { queue: 'scans' }, ...raw, answers: [issued] }),
      defineInbound<typeof lost, Scan>(lost, { from: { queue: 'losses' }, ...raw, answers: [issued] }),
    ],
  });
  return defineChoreography({ name: 'carrier', services: [labels, ...others] });
}

/** One that runs. */
export function createCarrier(deadline?: { readonly afterSeconds: number }, others: readonly AnyService[] = []) {
  const choreography = carrierOf(deadline, others);
  const engine = createEngine(choreography);
  const { access } = enginePorts(engine, choreography);
  const finish = <Value>(work: Promise<Value>) => engine.scheduler.finish(work);
  const publish = async (type: EventType, id: string) => {
    await finish(engine.publish(type, { id }, { id, correlationId: 's-1' }));
    await engine.settle();
  };
  return {
    access,
    run: finish,
    pause: (isPaused: boolean, service = 'labels') => (isPaused ? engine.pause(service) : engine.resume(service)),
    order: () => publish(ordered, 'o-1'),
    reorder: (id = 'o-2') => publish(reordered, id),
    fail: () => publish(failed, 'f-1'),
    async answer(queue: string, scan: Scan) {
      engine.putMessage({ queue }, JSON.stringify(scan));
      await engine.settle();
    },
    pass: (advanceSeconds: number) => engine.settle({ advanceSeconds }),
    manifests: () => knownManifests(access),
    saga: async () => finish(sagaOf(access, 's-1', await knownManifests(access))),
    stuck: async () => (await finish(stuckSagas(access, await knownManifests(access)))).items,
  };
}
