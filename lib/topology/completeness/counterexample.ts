import { called, listed, staysDone } from '../wording.ts';
import { diagramOf } from './diagram.ts';
import type { Saga, SagaRun } from './saga.ts';
import type { Happening, Situation } from './situation.ts';
import { merged, undoneSteps } from './telling.ts';

/** What one reaction does in a counterexample, in the order in which it can happen. */
export interface Play {
  /** `payment.chargePayment`; `undefined`: outside. */
  readonly reaction?: string;
  readonly did: Happening['what'];
  /** Types of the events that go out with it. */
  readonly events: readonly string[];
}

/** How a saga ends half done. */
export interface Counterexample {
  /** The message that begins the saga. */
  readonly saga: string;
  /** The reaction that stays done, e.g. `payment.chargePayment`. */
  readonly reaction: string;
  /** The failure after which it does. */
  readonly after: string;
  readonly plays: readonly Play[];
  /** One sentence each. */
  readonly story: readonly string[];
  /** The same as a Mermaid sequence diagram. */
  readonly diagram: string;
}

function sentence(saga: Saga, { what, run, events }: Happening): string {
  const said = events.map((event) => saga.events[event]).join(' and ');
  if (run === undefined) return what === 'answered' ? `Outside answers with ${said}.` : `${said} comes in.`;
  const one = saga.runs[run] as SagaRun;
  switch (what) {
    case 'failed':
      return `${called(one.reaction)} fails with ${said}.`;
    case 'cancelled':
      return `${called(one.reaction)} is cancelled: the event that undoes it came first.`;
    case 'silent':
      return `${called(one.reaction)} emits nothing: \`${one.reaction.service}\` has decided before.`;
    case 'undone':
      return `${called(one.reaction)} is undone and emits ${said}.`;
    default:
      return said === '' ? `${called(one.reaction)} succeeds.` : `${called(one.reaction)} succeeds with ${said}.`;
  }
}

/** Puts a counterexample into words. `rest`: the saga at rest, of which the story tells what it takes; `whole`: all of it. */
export function counterexampleOf(saga: Saga, what: { run: number; after: number; rest: Situation; whole: Situation }): Counterexample {
  const { run, after, rest, whole } = what;
  const quiet = new Set(merged(rest).flatMap((one) => (one.what === 'undone' && one.run !== undefined ? [one.run] : [])));
  const undone = undoneSteps(saga, rest).filter((step) => !quiet.has(step));
  const names = undone.map((step) => called((saga.runs[step] as SagaRun).reaction));
  return {
    saga: saga.root.type,
    reaction: (saga.runs[run] as SagaRun).reaction.id,
    after: saga.events[after] as string,
    plays: merged(whole).map((one) => ({
      ...(one.run === undefined ? {} : { reaction: (saga.runs[one.run] as SagaRun).reaction.id }),
      did: one.what,
      events: one.events.map((event) => saga.events[event] as string),
    })),
    story: [
      ...merged(rest).flatMap((one) => (one.what === 'silent' ? [] : [sentence(saga, one)])),
      ...(names.length > 0 ? [`${listed(names, names.length)} ${names.length === 1 ? 'is' : 'are'} undone.`] : []),
      ...merged(rest).flatMap((one) => (one.what === 'silent' ? [sentence(saga, one)] : [])), // a deadline that comes last
      staysDone((saga.runs[run] as SagaRun).reaction, saga.events[after] as string),
    ],
    diagram: diagramOf(saga, rest, run),
  };
}
