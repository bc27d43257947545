import type { Clock } from '../../runtime/ports/clock.ts';
import { systemClock } from '../system-clock.ts';

/** What an answer of AWS holds, as far as it tells the time. */
interface Answer {
  readonly response?: { readonly headers?: Readonly<Record<string, string | undefined>> };
}

type Send = (parameters: object) => Promise<Answer>;

/** A client of the SDK, as far as its answers can be looked at. */
interface WatchedClient {
  readonly middlewareStack: {
    add(middleware: (next: Send) => Send, options: { readonly step: 'deserialize'; readonly name: string; readonly override: true }): void;
  };
}

/** Milliseconds by which a machine's clock may be off before another time is gone by: an answer's date has no less than seconds. */
const TRUSTED_MILLISECONDS = 5_000;
/** An answer is dated in whole seconds. */
const SECOND_MILLISECONDS = 1_000;

/**
 * A clock that goes by what AWS says in its answers, where the machine's own is off: what is decided on a person's machine
 * (until when a stream is read, whether an attempt may be running) is about times that others have written. The last answer
 * counts; a call that takes long says less, and changes nothing within what it leaves open.
 */
export function toldClock(clients: readonly object[], machine: Clock = systemClock): Clock {
  let off = 0;
  const note = (sentAt: number, date: string | undefined): void => {
    const dated = Date.parse(date ?? '');
    if (Number.isNaN(dated)) return;
    const [least, most] = [dated - machine.now(), dated + SECOND_MILLISECONDS - sentAt];
    if (least <= off && off <= most) return;
    const isOff = least > TRUSTED_MILLISECONDS || most < -TRUSTED_MILLISECONDS;
    off = isOff ? Math.round((least + most) / 2) : 0;
  };
  const watch = (next: Send): Send =>
    async function send(parameters) {
      const sentAt = machine.now();
      const answer = await next(parameters);
      note(sentAt, answer.response?.headers?.['date']);
      return answer;
    };
  for (const client of clients as readonly WatchedClient[])
    client.middlewareStack.add(watch, { step: 'deserialize', name: 'toldClock', override: true });
  return { now: () => machine.now() + off, sleep: (milliseconds) => machine.sleep(milliseconds) };
}
