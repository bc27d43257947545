import { ChoreographyError } from '../contract/errors.ts';
import type { Engine } from '../embedded/engine.ts';
import { GIVEN } from '../embedded/hosts/given-entities.ts';
import { storedName } from '../runtime/journal/in-generation.ts';
import type { EntityRecord } from '../runtime/journal/unit.ts';

/** Whether a service has written an entity of that name itself: what a test gives is in every service. */
function hasWritten(engine: Engine, service: string, name: string): boolean {
  const { entities } = engine.store(service).snapshot();
  return entities.some(({ entity, record }) => record.version !== GIVEN && storedName(entity).entity === name);
}

/**
 * Refuses to say of an entity of another service that it is absent, or still as the test gave it. A service that has asked for
 * one keeps such entities itself, also where it has deleted them, or decided not to write. `found`: what this service has of it.
 * @throws ENTITY_ELSEWHERE
 */
export function checkWhose(engine: Engine, service: string, name: string, found: readonly EntityRecord[]): void {
  if (found.some(({ version }) => version !== GIVEN) || hasWritten(engine, service, name) || engine.store(service).hasRead(name)) return;
  const others = engine.services.filter((other) => hasWritten(engine, other, name));
  if (others.length === 0) return;
  throw new ChoreographyError(
    'ENTITY_ELSEWHERE',
    `${service} has written no ${name}, but ${others.join(' and ')} ${others.length === 1 ? 'has' : 'have'}: a service sees its own entities only, so ask for it there.`,
    { details: { service, entity: name, services: others } },
  );
}
