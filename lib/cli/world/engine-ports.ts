import type { Choreography } from '../../contract/choreography.ts';
import type { Engine } from '../../embedded/engine.ts';
import { consumersOf, type OperatorAccess } from '../../operations/access.ts';
import { createInputs, type WorldInputs } from './inputs.ts';

/** What commands reach of a world in memory: what an operator works with, and the ways in. */
export interface EnginePorts {
  readonly access: OperatorAccess;
  readonly inputs: WorldInputs;
}

/** Puts an operator in front of an engine. Make it together with the engine: progress is what was handed over since then. */
export function enginePorts(engine: Engine, choreography: Choreography): EnginePorts {
  return { access: engine.operate(consumersOf(choreography)), inputs: createInputs(engine, choreography) };
}
