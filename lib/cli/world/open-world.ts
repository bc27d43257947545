import type { Sample } from '../demo/sample.ts';
import { openSavedRun } from '../demo/saved-run.ts';
import { usageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { openAwsWorld } from './aws-world.ts';
import { readEngineFile } from './engine-file.ts';
import { openServedWorld } from './served-world.ts';
import type { World, WorldOptions } from './world.ts';

/** What `createOpener` takes. */
export interface OpenerOptions {
  readonly terminal: Terminal;
  readonly sample: Sample;
  readonly args: readonly string[];
  readonly again: (world: World, args: readonly string[]) => Promise<number>;
  /** Where `.choreo` is. */
  readonly folder: string;
}

/** The operator's name, for the audit. */
export function operatorName({ env }: Pick<Terminal, 'env'>): string {
  return env['CHOREO_USER'] || env['USER'] || env['USERNAME'] || 'unknown';
}

/** Opens the world that a command is about: a saved run, a backbone on AWS, or what is served here. */
export function createOpener({ terminal, sample, args, again, folder }: OpenerOptions): (options: WorldOptions) => Promise<World> {
  const who = operatorName(terminal);
  return async ({ run, backbone, endpointUrl }) => {
    if (run !== undefined && backbone !== undefined)
      throw usageError('--run and --backbone cannot be combined.', 'A command works on one world.', 'Leave one of them out.');
    if (backbone !== undefined) return openAwsWorld(backbone, who, endpointUrl);
    if (run !== undefined) return openSavedRun(run, { sample, who, args, again });
    return openServedWorld(readEngineFile(folder), who);
  };
}
