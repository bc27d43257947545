import type { Claim } from '../../runtime/journal/claim.ts';
import type { Unit } from '../../runtime/journal/unit.ts';
import type { LogRecord } from '../../runtime/ports/telemetry.ts';

/** One thing that happened in a saga. */
export interface SagaFact {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly saga: string;
  readonly service: string;
  readonly reaction: string;
  /** The type and id of the message that the reaction was about; empty where only the journal knows of it. */
  readonly message: string;
  readonly messageId: string;
  /** The outcome of a task, as the runtime logs it; `retry`: it failed, and is tried again. */
  readonly outcome: string;
  /** `trigger`: the message asked to undo the reaction. `settle`: a started call was looked up, then undone. */
  readonly role: string;
  readonly emitted: readonly string[];
  /** Failed tries before this one. */
  readonly attempts: number;
  readonly code?: string;
  readonly commit?: string;
  /** The journal has it, and no log: the process ended in between. */
  readonly unlogged?: boolean;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function optional(fields: Readonly<Record<string, unknown>>, name: 'code' | 'commit'): { readonly [key: string]: string } {
  const value = fields[name];
  return typeof value === 'string' ? { [name]: value } : {};
}

/** The fact in a log record; `undefined` for a record that is about no reaction of a saga. */
export function factOfLog({ fields }: LogRecord, at: number): SagaFact | undefined {
  const { saga, service, reaction, type, id, outcome, role, attempts, emitted } = fields as Readonly<Record<string, unknown>>;
  if (typeof saga !== 'string' || typeof service !== 'string' || typeof reaction !== 'string' || typeof type !== 'string') return undefined;
  return {
    at,
    saga,
    service,
    reaction,
    message: type,
    messageId: String(id),
    outcome: typeof outcome === 'string' ? outcome : 'retry',
    role: typeof role === 'string' ? role : 'action',
    emitted: texts(emitted),
    attempts: typeof attempts === 'number' ? attempts : 0,
    ...optional(fields, 'code'),
    ...optional(fields, 'commit'),
  };
}

const outcomes: Partial<Record<Claim['state'], string>> = {
  done: 'done',
  failed: 'failed',
  undone: 'undone',
  cancelled: 'cancelled',
  'gave-up': 'dead-lettered',
};

function factOfClaim(service: string, claim: Claim, commit: string, at: number): SagaFact | undefined {
  const { saga, reaction, message, emissions, state } = claim;
  const outcome = outcomes[state];
  if (outcome === undefined) return undefined;
  // A commit that ends something has an emission, be it empty; one without only notes something about the claim.
  if (state !== 'gave-up' && !emissions.some((emission) => emission.commit === commit)) return undefined;
  const undo = outcome === 'undone' || outcome === 'cancelled';
  const sent = emissions.find((emission) => emission.commit === commit);
  const about = undo ? sent?.trigger : message;
  return {
    at,
    saga,
    service,
    reaction,
    message: about?.type ?? '',
    messageId: about?.id ?? '',
    outcome,
    role: undo ? 'trigger' : 'action',
    emitted: sent?.events.map(({ type }) => type) ?? [],
    attempts: 0,
    commit,
    unlogged: true,
  };
}

/** The facts in a commit: the journal knows them even when the process ends before it logs anything. */
export function factsOfCommit(service: string, units: readonly Unit[], at: number): readonly SagaFact[] {
  return units.flatMap(({ id, writes }) =>
    writes.flatMap((write) => (write.kind === 'claim' ? (factOfClaim(service, write.put, id, at) ?? []) : [])),
  );
}
