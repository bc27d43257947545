import { describe, expect, test } from 'vitest';
import { countStuckJob } from '../../lib/operations/platform/count-stuck.ts';
import { runJobs } from '../../lib/operations/platform/jobs.ts';
import type { PageDesk } from '../../lib/page/desk.ts';
import { answerPage } from '../../lib/page/pages.tsx';
import { noTelemetry } from '../../lib/runtime/ports/telemetry.ts';
import { begun, createDesk, never } from '../operations/desk.ts';
import { createRig, losing, type Rig } from '../operations/rig.ts';
import { order } from '../operations/stuck.ts';

const HOUR = 3_600;

/** What a reader sees of the list, without tags. */
async function listOf(rig: Rig, query: Record<string, string> = {}, changed: Partial<PageDesk> = {}): Promise<string> {
  const desk: PageDesk = {
    access: rig.access,
    finish: rig.run,
    name: 'rig',
    options: '',
    lookBackSeconds: 900,
    refreshSeconds: 2,
    ...changed,
  };
  const { body } = await answerPage(desk, '', new URLSearchParams(query));
  return body
    .replace(/<title>.*?<\/title>/g, '')
    .replace(/<(?!a )[^>]+>/g, ' ')
    .replace(/(<a [^>]+>)/g, '$1 ')
    .replace(/\s+/g, ' ');
}

/** The text behind a heading. */
const partOf = (text: string, heading: string): string => text.slice(text.indexOf(heading));
const pass = (rig: Rig, seconds: number) => rig.scheduler.run({ until: rig.scheduler.now() + seconds * 1_000 });

/** The platform counts what is stuck: two pages with each tick, and here a service is a page. */
async function count({ access, run, scheduler, services }: Rig): Promise<void> {
  const of = { clock: scheduler, records: access.records, telemetry: noTelemetry, process: 'p', access: async () => access };
  for (let page = 0; page < services.length; page += 2) {
    const now = scheduler.now();
    await run(runJobs([countStuckJob], { ...of, deadline: now + 50_000, goneAt: now + 60_000 }));
  }
}

describe('the list of sagas', () => {
  test('begins with those that are stuck or have an open dead letter, whatever their age, and says why', async () => {
    const desk = createDesk();
    desk.bankBroken = never();
    await desk.publish(begun, { id: 'o-0' }, 'order-stuck');
    await desk.settle();
    desk.bankBroken = undefined;
    for (const id of ['twice', 'twice-2']) await desk.publish(begun, { id: 'o' }, id, 'order-twice');
    await desk.settle();
    await pass(desk, 2 * HOUR);
    await desk.publish(begun, { id: 'o-1' }, 'order-new');
    await pass(desk, 5);
    const text = await listOf(desk);
    expect(text).toMatch(/1\+ stuck .* 0 running of the 3 below .*2 dead letters .*0 parked sagas .*> desk 2 dead letters/);
    const troubled = partOf(text, 'Need a look');
    expect(troubled).toMatch(
      /✗ stuck .*order-stuck .*OUTCOME_UNKNOWN in desk pay .*✓ completed .*order-twice .*STEP_TAKEN in desk on OrderBegun/,
    );
    expect(partOf(text, 'Others')).toMatch(/^Others .*✓ completed .*order-new/);
    expect(partOf(text, 'Others')).not.toContain('order-stuck');
  });

  test('shows ten of them at most, and says of how many', async () => {
    const desk = createDesk();
    desk.bankBroken = never();
    for (let index = 0; index < 12; index += 1) await desk.publish(begun, { id: 'o' }, `order-${index}`);
    await desk.settle(HOUR);
    const text = await listOf(desk);
    expect(text.match(/✗ stuck <a/g)).toHaveLength(10);
    expect(text).toContain('The first 10 of 12.');
    expect(text).toContain('12 dead letters');
  });

  test('shows one that waits for a message that nobody took, once the platform has counted it, or is asked to look by itself', async () => {
    const rig = createRig({ createRuntime: losing('payment', () => true) });
    await count(rig);
    const saga = await order(rig, 'rich-1');
    await pass(rig, HOUR);
    expect(await listOf(rig)).toMatch(/✓ 0 stuck counted (?!.*Need a look)/);
    for (const refreshSeconds of [undefined, 2]) {
      if (refreshSeconds) await count(rig);
      const text = await listOf(rig, {}, refreshSeconds ? {} : { refreshSeconds });
      expect(text).toMatch(refreshSeconds ? /✗ 1 stuck counted 0 s ago/ : /✗ 1 stuck …/);
      expect(partOf(text, 'Need a look')).toMatch(new RegExp(`✗ stuck .*${saga} .*payment has not taken StockReserved for 60 min`));
    }
  });

  test('leaves one out that has come to rest, although the platform counted it before', async () => {
    const desk = createDesk();
    desk.broken = new Error('for now');
    await desk.publish(begun, { id: 'o' }, 'order-0');
    await pass(desk, 60);
    const young = await listOf(desk);
    expect([young.includes('Need a look'), young]).toEqual([false, expect.stringMatching(/1 parked saga .*‖ parked .*order-0/)]);
    await pass(desk, 1_200);
    await count(desk);
    expect(await listOf(desk)).toMatch(/Need a look .*‖ parked .*OrderBegun waits in desk/);
    desk.broken = undefined;
    await desk.settle();
    expect(await listOf(desk)).not.toContain('Need a look');
  });

  test('looks further back, and at the time before, by links that keep what was searched for', async () => {
    const desk = createDesk();
    await desk.publish(begun, { id: 'o' }, 'order-old');
    await pass(desk, 2 * HOUR);
    const text = await listOf(desk, { q: 'nothing' });
    expect(text).toContain('<a href="./?q=nothing&amp;since=21600"> last 6 h');
    expect(text).toMatch(/<a href="\.\/\?q=nothing&amp;since=900&amp;until=2026-01-01T01%3A4\d%3A\S+Z"> ?earlier/);
    expect(await listOf(desk)).not.toContain('order-old');
    expect(await listOf(desk, { since: '10800' })).toContain('order-old');
    const until = new Date(desk.scheduler.now() - 7_000_000).toISOString();
    expect(await listOf(desk, { until })).toMatch(/events of 15 min until 2026-01-01 00:03:\d\d UTC were read\..*order-old/);
    for (const since of ['-1', 'x', '0.5'])
      expect(await listOf(desk, { since, until: 'x' })).toContain('events of the last 15 min were read');
  });

  test('offers no time that the stream does not keep', async () => {
    const desk = createDesk();
    const kept = { access: { ...desk.access, retentionSeconds: 24 * HOUR } };
    const text = await listOf(desk, {}, kept);
    expect(await listOf(desk, { since: '999999999' }, kept)).toContain('events of the last 24 h were read');
    expect([text.includes('last 24 h'), text.includes('last 7 d')]).toEqual([true, false]);
  });
});
