// An operator who finds out at the outside system what became of a call, and closes its case by hand.
import { isChoreographyError } from '../../lib/contract/errors.ts';
import type { Engine } from '../../lib/embedded/engine.ts';
import type { Random } from '../../lib/embedded/random.ts';
import type { OperatorAccess } from '../../lib/operations/access.ts';
import { type ResolveRequest, resolveDeadLetter } from '../../lib/operations/dead-letters/resolve.ts';
import type { DeadLetter } from '../../lib/runtime/journal/dead-letter.ts';
import { capital, type RandomChoreography } from './random-choreography.ts';

/** What is to be undone at the outside system where a step was resolved as undone, by who did that or by somebody after them. */
export interface HandWork {
  /** Closes the cases that are open, as far as that may be. */
  resolve(access: OperatorAccess, random: Random, engine: Engine): Promise<void>;
  /** Undoes by hand what the journal says that somebody has undone by hand. */
  cancelLeft(engine: Engine): Promise<void>;
}

const idOf = ({ message }: DeadLetter) => (message?.data as { id: string } | undefined)?.id ?? '';

function openCases(engine: Engine): readonly DeadLetter[] {
  return engine.services.flatMap((service) =>
    engine
      .store(service)
      .allDeadLetters()
      .filter(({ state, error, message }) => state !== 'closed' && message && error.code === 'OUTCOME_UNKNOWN'),
  );
}

/** Somebody else was faster, or an attempt may be running: not this one, not now. */
function refused(error: unknown): void {
  if (!isChoreographyError(error, 'RESOLVE_REFUSED') && !isChoreographyError(error, 'DEAD_LETTER_CHANGED')) throw error;
}

/** What it must be resolved as, by what is there; only a step that calls outside has something to find out. */
export function handWork({ steps, desks, bell }: RandomChoreography): HandWork {
  const undone: { readonly service: string; readonly saga: string; readonly reaction: string; readonly id: string }[] = [];
  const isKept = (reaction: string, id: string) =>
    desks[reaction]?.bookings.some((booking) => booking.id === id) && !desks[reaction]?.cancelled.has(id);

  function requestOf(letter: DeadLetter, engine: Engine): ResolveRequest | undefined {
    const { consumer, id: letterId, reactions, phase, message } = letter;
    const [reaction = ''] = reactions;
    const id = idOf(letter);
    const base = { consumer, id: letterId, reason: 'looked there' };
    if (reaction === 'ringBell') return { ...base, as: bell.rings.includes(id) ? 'done' : 'failed' };
    const desk = desks[reaction];
    if (!steps.some(({ name }) => name === reaction) || !desk) return undefined;
    const claim = engine
      .store(consumer)
      .claimsOf(message?.correlationid ?? '')
      .find((one) => one.reaction === reaction);
    const mustGo = phase === 'undo' || claim?.undoRequested !== undefined || claim?.told !== undefined;
    const [booking] = desk.bookings.filter((one) => one.id === id);
    if (booking && (mustGo || desk.cancelled.has(id))) return { ...base, as: 'undone' };
    const name = capital(reaction);
    if (booking)
      return { ...base, as: 'done', data: { id, price: booking.price }, events: [{ type: `${name}Completed`, data: { id }, subject: id }] };
    if (phase === 'undo') return undefined;
    return { ...base, as: 'failed', events: [{ type: `${name}Failed`, data: { id }, subject: id }] };
  }

  async function resolveOne(access: OperatorAccess, letter: DeadLetter, request: ResolveRequest): Promise<void> {
    const [reaction = ''] = letter.reactions;
    const id = idOf(letter);
    const isUndone = request.as === 'undone';
    if (isUndone) undone.push({ service: letter.consumer, saga: letter.message?.correlationid ?? '', reaction, id });
    await resolveDeadLetter(access, request);
    if (isUndone && isKept(reaction, id)) await desks[reaction]?.cancel({ id, idempotencyKey: `by hand ${id}` });
  }

  return {
    async resolve(access, random, engine) {
      const open = openCases(engine);
      const first = random.integer(open.length); // two operators who come at once do not begin with the same one
      for (const letter of [...open.slice(first), ...open.slice(0, first)]) {
        const request = requestOf(letter, engine);
        if (request) await resolveOne(access, letter, request).catch(refused);
      }
    },
    async cancelLeft(engine) {
      for (const { service, saga, reaction, id } of undone) {
        const claim = engine
          .store(service)
          .claimsOf(saga)
          .find((one) => one.reaction === reaction);
        if (claim?.state === 'undone' && claim.version.startsWith('operator-') && isKept(reaction, id))
          await desks[reaction]?.cancel({ id, idempotencyKey: `by hand ${id}` });
      }
    },
  };
}
