// What the functions of an emulator and the tests both see: files, as all of them are processes of one machine.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Variable with the folder of those files. */
export const FOLDER_VARIABLE = 'CHOREO_E2E_FOLDER';

function pathOf(what: string): string {
  const folder = process.env[FOLDER_VARIABLE];
  if (folder === undefined) throw new Error(`${FOLDER_VARIABLE} is not set: functions and tests would not see the same files`);
  return join(folder, createHash('sha256').update(what).digest('hex'));
}

/** Whether this happens for the first time, in whatever process. */
export function happensFirst(what: string): boolean {
  try {
    writeFileSync(pathOf(what), '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** What tests switch: the carrier's library ends the process with every call. */
export const switches = { carrierKills: 'carrier kills' } as const;

/** A switch that a test turns and functions look at. */
export function turn(what: string, on: boolean): void {
  if (on) writeFileSync(pathOf(what), '');
  else rmSync(pathOf(what), { force: true });
}

/** Whether it is on. */
export function isOn(what: string): boolean {
  return existsSync(pathOf(what));
}

/** Notes that something happened once more. */
export function note(what: string): void {
  const folder = pathOf(what);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, randomUUID()), '');
}

/** How often it happened. */
export function countOf(what: string): number {
  return existsSync(pathOf(what)) ? readdirSync(pathOf(what)).length : 0;
}
