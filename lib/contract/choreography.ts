import { ChoreographyError } from './errors.ts';
import { checkServiceName } from './names.ts';
import type { Service } from './service.ts';

/** A system: the services that work together through events. */
export interface Choreography {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a service is invariant in its clients; only `any` admits every one of them; `AnyService` would make the compiler's message for a mistake longer
  readonly services: readonly Service<any>[];
}

/**
 * The one list that the CLI, the checks, the local world and the CDK app read.
 * @throws INVALID_NAME, DUPLICATE
 */
export function defineChoreography(definition: Choreography): Choreography {
  checkServiceName(definition.name, 'The choreography');
  const owners = new Map<string, string>();
  const names = new Set<string>();
  for (const service of definition.services) {
    if (names.has(service.name)) {
      throw new ChoreographyError('DUPLICATE', `Choreography ${definition.name}: service ${service.name} is listed twice.`, {
        details: { service: service.name },
      });
    }
    names.add(service.name);
    for (const { type } of service.reactions.flatMap((reaction) => reaction.on.filter((message) => message.kind === 'command'))) {
      const other = owners.get(type);
      if (other !== undefined) {
        throw new ChoreographyError(
          'DUPLICATE',
          `Choreography ${definition.name}: the command ${type} has two owners, ${other} and ${service.name}; a command goes to one service.`,
          {
            details: { command: type, services: [other, service.name] },
          },
        );
      }
      owners.set(type, service.name);
    }
  }
  return Object.freeze({ ...definition });
}
