import { ChoreographyError } from '../../contract/errors.ts';
import { redriveOf, redriveProblem } from '../../runtime/journal/redrive.ts';
import type { ServiceHost } from './service-host.ts';

function refuse({ service }: ServiceHost, id: string, problem: string, retryable = false): never {
  throw new ChoreographyError('REDRIVE_REFUSED', `The dead letter ${id} of ${service} ${problem}.`, {
    details: { service, id },
    retryable,
  });
}

/**
 * Sends a dead letter through the service's replay queue, for the reactions that failed: marked with its new count first,
 * sent then. One that is on its way already is sent once more, under the next count.
 * @throws REDRIVE_REFUSED
 */
export async function redriveDeadLetter(host: ServiceHost, id: string, nowMs: number): Promise<void> {
  const { deadLetters } = await host.store.read({ deadLetters: [id] });
  const letter = deadLetters.get(id);
  const problem = letter ? redriveProblem(letter) : 'is not there';
  const redrive = letter && redriveOf(letter, nowMs);
  if (problem !== undefined || !redrive) return refuse(host, id, `${problem}; list the open ones and take one of them`);
  const [outcome] = await host.store.commit([redrive.unit]);
  if (outcome?.status !== 'committed') return refuse(host, id, 'was changed meanwhile; look at it again', true);
  await host.replayQueue.send([redrive.send]);
}
