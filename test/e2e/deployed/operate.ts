import { expect } from 'vitest';
import { choreo } from '../../cli/run-choreo.ts';
import type { ShopSystem } from '../shop/system.ts';

/** Runs a command on the deployed shop and reads its JSON. */
export async function operate<Answer>(...words: readonly string[]): Promise<Answer> {
  return choreoJson<Answer>([...words, '--backbone', 'shop']);
}

/** Runs a command and reads its JSON. */
export async function choreoJson<Answer>(words: readonly string[]): Promise<Answer> {
  const { exit, out, err } = await choreo([...words, '--json'], { env: process.env });
  expect({ words, exit }, err).toEqual({ words, exit: 0 });
  return JSON.parse(out) as Answer;
}

interface Lags {
  readonly consumers: readonly { readonly consumer: string; readonly replayQueue?: { readonly depth: number } }[];
}

/** Waits until a consumer has taken everything out of its replay queue. */
export function replayQueueIsEmpty(system: ShopSystem, consumer: string): Promise<true> {
  return system.until(`the replay queue of ${consumer} is empty`, async () => {
    const { consumers } = await operate<Lags>('consumer', 'list');
    return consumers.find((lag) => lag.consumer === consumer)?.replayQueue?.depth === 0 ? true : undefined;
  });
}
