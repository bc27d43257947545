import { basename } from 'node:path';
import { SINCE_SECONDS } from '../../operations/sagas/recent.ts';
import type { PageDesk } from '../../page/desk.ts';
import { worldWords } from '../world/next-command.ts';
import { RUN_SECONDS, type World, type WorldOptions } from '../world/world.ts';

/** Seconds between two looks of an open page: at a world in memory, and at AWS, where every look costs calls. */
const REFRESH_SECONDS = { memory: 2, aws: 30 } as const;

/** What a page is shown of a world, and how the commands for that world are written. */
export function deskOf({ access, finish, still }: Pick<World, 'access' | 'finish' | 'still'>, options: WorldOptions): PageDesk {
  const { run, backbone } = options;
  const name = run === undefined ? (backbone === undefined ? 'served from this folder' : `backbone ${backbone}`) : basename(run);
  return {
    access,
    finish,
    name,
    options: worldWords(options),
    lookBackSeconds: still ? (access.retentionSeconds ?? RUN_SECONDS) : SINCE_SECONDS,
    ...(still ? {} : { refreshSeconds: backbone === undefined ? REFRESH_SECONDS.memory : REFRESH_SECONDS.aws }),
  };
}
