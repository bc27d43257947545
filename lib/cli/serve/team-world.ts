import type { Choreography } from '../../contract/choreography.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import { reactionsOf, type Service } from '../../contract/service.ts';
import type { WorldOptions } from '../../testing/world.ts';

/** What a team may say in its export `world`: the same as to `createWorld`. */
const known = ['clients', 'given', 'settings', 'faults', 'seed', 'tracing'] as const satisfies readonly (keyof WorldOptions)[];

function invalid(file: string, what: string): ChoreographyError {
  return new ChoreographyError('WORLD_INVALID', `The export world of ${file} ${what}.`, {
    details: { path: file, fix: 'Write export const world: WorldOptions = { clients: { … }, given: [ … ] }, as for createWorld.' },
  });
}

/** The export `world` of a team's file. @throws WORLD_INVALID */
export function readTeamWorld(value: unknown, file: string): WorldOptions {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(file, 'is not an object');
  const other = Object.keys(value).find((name) => !(known as readonly string[]).includes(name));
  if (other !== undefined) throw invalid(file, `has ${other}; it takes ${known.join(', ')}`);
  const { clients = {}, given = [] } = value as WorldOptions;
  if (typeof clients !== 'object' || clients === null) throw invalid(file, 'has clients that are not an object');
  const odd = Object.entries(clients).find(([, one]) => typeof one !== 'object' || one === null);
  if (odd !== undefined) throw invalid(file, `has the client ${odd[0]}, which is not an object with methods`);
  if (!Array.isArray(given)) throw invalid(file, 'has a given that is not a list');
  return value as WorldOptions;
}

/** Clients that reactions declare and nobody gave. */
export function missingClients({ services }: Choreography, { clients = {} }: WorldOptions): readonly string[] {
  const declared = services.flatMap((service) => reactionsOf(service as Service).flatMap((reaction) => Object.keys(reaction.clients)));
  return [...new Set(declared)].filter((name) => !Object.hasOwn(clients, name));
}

/** Stands for a client that is not there: whatever is looked up on it says where it is to be put. */
export function absentClient(name: string, file: string): object {
  return new Proxy(
    {},
    {
      get(_, method) {
        throw new ChoreographyError(
          'CLIENT_MISSING',
          `${name}.${String(method)} was called, and ${file} gives no client ${name}: export const world = { clients: { ${name}: … } } there.`,
          { details: { client: name, path: file } },
        );
      },
    },
  );
}
