import type { Choreography } from '../../contract/choreography.ts';
import type { Engine } from '../../embedded/engine.ts';
import type { OperatorAccess } from '../../operations/access.ts';
import { manifestOf } from '../../topology/manifest.ts';
import { createInputs, type WorldInputs } from './inputs.ts';

/** What commands reach of a world in memory: what an operator works with, and the ways in. */
export interface EnginePorts {
  readonly access: OperatorAccess;
  readonly inputs: WorldInputs;
}

/** Puts an operator in front of an engine. Make it together with the engine: progress is what was handed over since then. */
export function enginePorts(engine: Engine, choreography: Choreography): EnginePorts {
  const consumers = choreography.services.map((service) => ({
    name: service.name,
    source: service.source,
    manifest: manifestOf(service),
  }));
  const sorted = [...consumers].sort((left, right) => (left.name < right.name ? -1 : 1));
  return { access: engine.operate(sorted), inputs: createInputs(engine, choreography) };
}
