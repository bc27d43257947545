import type { EngineEvent } from '../../embedded/engine-event.ts';
import type { Delivery } from '../../runtime/ports/delivery.ts';
import type { LogRecord } from '../../runtime/ports/telemetry.ts';
import { factOfLog, factsOfCommit, type SagaFact } from './saga-fact.ts';

/** What is known about the deliveries of messages when a step is shown. */
export interface DeliveryCounts {
  /** How often a service was handed a message from the same place of the stream or queue, up to a time. */
  deliveries(service: string, messageId: string, until: number): number;
  /** Whether a process of the service ended between the first of these deliveries and that time. */
  crashedBetween(service: string, messageId: string, until: number): boolean;
}

/** All facts of a run so far, in order. */
export interface FactLog extends DeliveryCounts {
  readonly facts: readonly SagaFact[];
  /** In order. */
  ofSaga(saga: string): readonly SagaFact[];
  onLog(record: LogRecord, at: number): void;
  onEvent(event: EngineEvent): void;
}

function idOf(body: string): string | undefined {
  try {
    const { id } = JSON.parse(body) as { readonly id?: unknown };
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined; // a broken record is in no saga
  }
}

/** The service that a process runs: its name has a number behind it, and names the function of commands. */
export function serviceOf(process: string): string {
  return process.replace(/(?:-command)?-\d+$/, '');
}

/** Starts empty. What is committed is there at once; the log of the same commit takes its place when it comes. */
export function createFactLog(): FactLog {
  const facts: SagaFact[] = [];
  const bySaga = new Map<string, number[]>();
  const byCommit = new Map<string, number>();
  const deliveries = new Map<string, Map<string, number[]>>();
  const crashes = new Map<string, number[]>();
  const add = (fact: SagaFact) => {
    const index = facts.push(fact) - 1;
    const ofSaga = bySaga.get(fact.saga);
    if (ofSaga) ofSaga.push(index);
    else bySaga.set(fact.saga, [index]);
    return index;
  };
  const noteDelivery = (service: string, { body, source }: Delivery, at: number) => {
    const id = idOf(body);
    if (id === undefined) return;
    const places = deliveries.get(key(service, id)) ?? new Map<string, number[]>();
    const place = JSON.stringify(source);
    places.set(place, [...(places.get(place) ?? []), at]);
    deliveries.set(key(service, id), places);
  };
  const key = (service: string, messageId: string) => `${service} ${messageId}`;
  const times = (service: string, messageId: string, until: number) => {
    const places = [...(deliveries.get(key(service, messageId))?.values() ?? [])].map((all) => all.filter((at) => at <= until));
    return places.sort((left, right) => right.length - left.length)[0] ?? [];
  };
  return {
    facts,
    ofSaga: (saga) => (bySaga.get(saga) ?? []).map((index) => facts[index] as SagaFact),
    deliveries: (service, messageId, until) => times(service, messageId, until).length,
    crashedBetween(service, messageId, until) {
      const [first = until] = times(service, messageId, until);
      return (crashes.get(service) ?? []).some((at) => at >= first && at <= until);
    },
    onLog(record, at) {
      const fact = factOfLog(record, at);
      if (!fact) return;
      const index = fact.commit === undefined ? undefined : byCommit.get(fact.commit);
      if (index === undefined) add(fact);
      else facts[index] = { ...fact, at: (facts[index] as SagaFact).at };
    },
    onEvent(event) {
      if (event.kind === 'committed') {
        for (const fact of factsOfCommit(event.service, event.units, event.at)) byCommit.set(String(fact.commit), add(fact));
      } else if (event.kind === 'crashed') {
        const service = serviceOf(event.process);
        crashes.set(service, [...(crashes.get(service) ?? []), event.at]);
      } else if (event.kind === 'delivered') for (const delivery of event.deliveries) noteDelivery(event.consumer, delivery, event.at);
    },
  };
}
