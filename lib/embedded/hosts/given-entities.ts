import type { EntityType } from '../../contract/entity.ts';
import { keyOf, writeState } from '../../runtime/transaction/state-shape.ts';
import type { ServiceHost } from './service-host.ts';

/** State that is there from the beginning. */
export interface GivenEntity {
  readonly entity: EntityType;
  readonly id: string;
  readonly state: unknown;
  /** Whose it is. @default - every service gets it, as none reads what is not its own */
  readonly service?: string;
}

/** The commit that the given entities carry as their version. */
export const GIVEN = 'given';

/** Writes into the stores; a memory store does so at once. @throws INVALID_ID, STATE_TOO_LARGE, NOT_JSON, TOO_DEEP, TOO_MANY_NODES, FORBIDDEN_KEY */
export function giveEntities(hosts: Iterable<ServiceHost>, given: readonly GivenEntity[]): void {
  for (const { service, store } of hosts) {
    for (const { entity, id, state, service: owner = service } of given) {
      if (owner !== service) continue;
      const put = writeState(entity, id, state, GIVEN);
      void store.commit([{ id: GIVEN, writes: [{ kind: 'entity', key: keyOf(entity, id), expect: null, put }] }]);
    }
  }
}
