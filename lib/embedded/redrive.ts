import { ChoreographyError } from '../contract/errors.ts';
import type { DeadLetter } from '../runtime/journal/dead-letter.ts';
import { hashOf } from '../runtime/journal/hash.ts';
import type { ServiceHost } from './service-host.ts';

async function findDeadLetter({ store, service }: ServiceHost, id: string): Promise<DeadLetter> {
  const { deadLetters } = await store.read({ deadLetters: [id] });
  const found = deadLetters.get(id);
  if (found?.message && (found.state === 'open' || found.state === 'redriven')) return found;
  const problem = !found ? 'is not there' : found.message ? `is ${found.state}` : 'holds no message that could be read';
  throw new ChoreographyError(
    'REDRIVE_REFUSED',
    `The dead letter ${id} of ${service} ${problem}; list the open ones and take one of them.`,
    {
      details: { service, id },
    },
  );
}

/**
 * Sends a dead letter through the service's replay queue, for the reactions that failed. It is marked with its new count
 * first and sent then: a crash in between leaves a document that can be redriven again, never two sends of one count.
 * @throws REDRIVE_REFUSED
 */
export async function redriveDeadLetter(host: ServiceHost, id: string, nowMs: number): Promise<void> {
  const letter = await findDeadLetter(host, id);
  const { message, reactions } = letter;
  if (!message) return;
  const redrives = letter.redrives + 1;
  const commit = `redrive-${hashOf(id, redrives)}`;
  const put: DeadLetter = { ...letter, version: commit, state: 'redriven', redrives, redrivenAt: new Date(nowMs).toISOString() };
  const [outcome] = await host.store.commit([{ id: commit, writes: [{ kind: 'dead-letter', id, expect: letter.version, put }] }]);
  if (outcome?.status !== 'committed') {
    throw new ChoreographyError(
      'REDRIVE_REFUSED',
      `The dead letter ${id} of ${host.service} was changed by somebody else; look at it again.`,
      {
        details: { service: host.service, id },
        retryable: true,
      },
    );
  }
  const deduplicationId = hashOf('redrive', message.source, message.id, ...reactions, redrives);
  const task = {
    kind: 'message' as const,
    message: { ...message, replayid: deduplicationId },
    ...(reactions.length > 0 ? { reactions } : {}),
    deadLetter: id,
  };
  await host.replayQueue.send([{ task, group: hashOf('saga', message.correlationid), deduplicationId }]);
}
