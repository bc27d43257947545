import type { Choreography } from '../../contract/choreography.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import { type InboundSource, inboundDefinition } from '../../contract/inbound.ts';
import type { Engine } from '../../embedded/engine.ts';
import { suggestion } from '../suggest.ts';

/** A message of another system, in its own form. */
export interface ForeignMessage {
  /** The way that it comes by: `queue:erp`, `stream:erp`, or `bus:<source>:<detail type>`. */
  readonly inbound: string;
  /** From a bus, the `detail` of the event. */
  readonly message: unknown;
}

/** Where it went. */
export interface DeliveredMessage {
  readonly inbound: string;
  /** Services with an inbound from there, by name. */
  readonly services: readonly string[];
}

interface Way {
  readonly from: InboundSource;
  readonly services: readonly string[];
}

function wayName(from: InboundSource): string {
  if ('queue' in from) return `queue:${from.queue}`;
  return 'stream' in from ? `stream:${from.stream}` : `bus:${from.bus.source}:${from.bus.detailType}`;
}

function waysOf({ services }: Choreography): ReadonlyMap<string, Way> {
  const ways = new Map<string, Way>();
  for (const { name, inbound } of services) {
    for (const { from } of inbound.map(inboundDefinition)) {
      const { services: others = [] } = ways.get(wayName(from)) ?? {};
      ways.set(wayName(from), { from, services: [...new Set([...others, name])] });
    }
  }
  return ways;
}

/** The ways by which messages of other systems come into a choreography, as they are typed, in the order in which its services name them. */
export function inboundNames(choreography: Choreography): readonly string[] {
  return [...waysOf(choreography).keys()];
}

function unknown(name: string, names: readonly string[]): ChoreographyError {
  const meant = suggestion(name, names);
  return new ChoreographyError('UNKNOWN_INPUT', `No service of this choreography has an inbound from ${name}.`, {
    details: {
      why: names.length === 0 ? 'It has no inbound at all.' : `Its inbounds are from ${names.join(', ')}.`,
      fix: meant === undefined ? 'Check the name; after a change to the code, start what is served again.' : `Did you mean ${meant}?`,
    },
  });
}

/** Brings messages of other systems into an engine, as they would come on AWS. The function throws UNKNOWN_INPUT. */
export function createForeignInput(
  engine: Pick<Engine, 'putEvent' | 'putMessage'>,
  choreography: Choreography,
): (input: ForeignMessage) => DeliveredMessage {
  const ways = waysOf(choreography);
  return ({ inbound, message }) => {
    const way = ways.get(inbound);
    if (!way) throw unknown(inbound, [...ways.keys()]);
    const { from, services } = way;
    if ('bus' in from) engine.putEvent({ ...from.bus, detail: message as object });
    else engine.putMessage(from, JSON.stringify(message));
    return { inbound, services };
  };
}
