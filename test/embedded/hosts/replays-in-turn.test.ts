import { expect, test } from 'vitest';
import { replayInTurn } from '../../../lib/embedded/hosts/replays-in-turn.ts';
import type { DeliveryResult, ReplayDelivery } from '../../../lib/runtime/ports/delivery.ts';

const replayOf = (saga: string, id: string) => ({
  delivery: { task: { kind: 'wake', saga }, source: { kind: 'queue', queue: 'replay', messageId: id }, attempt: 1 } as const,
  group: saga,
});

test('behind a task that is not finished no other of its group is begun; other groups go on', async () => {
  const begun: string[] = [];
  async function replay([delivery]: readonly ReplayDelivery[]): Promise<readonly DeliveryResult[]> {
    const { messageId } = (delivery as ReplayDelivery).source as { messageId: string };
    begun.push(messageId);
    return [messageId === 'a2' ? { status: 'retry', afterSeconds: 7 } : { status: 'done' }];
  }
  const replays = [replayOf('a', 'a1'), replayOf('a', 'a2'), replayOf('b', 'b1'), replayOf('a', 'a3')];
  const results = await replayInTurn({ replay }, replays, { deadline: 0 });
  expect(begun).toEqual(['a1', 'a2', 'b1']);
  expect(results).toEqual([
    { status: 'done' },
    { status: 'retry', afterSeconds: 7 },
    { status: 'done' },
    { status: 'retry', afterSeconds: 7 },
  ]);
});
