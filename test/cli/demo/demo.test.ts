import { describe, expect, test } from 'vitest';
import { demoShop } from '../../../bin/demo-shop.ts';
import type { PaymentGateway } from '../../../functions/payment/service.ts';
import type { DemoResult } from '../../../lib/cli/demo/report.ts';
import type { Sample } from '../../../lib/cli/demo/sample.ts';
import { expectOutput } from '../expected.ts';
import { choreo } from '../run-choreo.ts';

async function demo(args: string): Promise<DemoResult> {
  const { exit, out } = await choreo(`demo ${args} --json`);
  const result = JSON.parse(out) as DemoResult;
  expect(exit).toBe(result.ok ? 0 : 1);
  return result;
}
const brokenChecks = ({ checks }: DemoResult) => checks.filter(({ holds }) => !holds);
const stepsOf = ({ sagas }: DemoResult, order: number) =>
  (sagas.find((saga) => saga.order === order)?.steps ?? []).map(({ service, result }) => `${service} ${result}`);

describe('what choreo demo prints', () => {
  test('two orders', async () => {
    const { exit, out, err } = await choreo('demo --orders 2 --seed 7');
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    await expectOutput('demo-2-orders-seed-7', out);
  });

  test('a service that is down', async () => {
    await expectOutput('demo-fail-notification', (await choreo('demo --orders 3 --seed 7 --fail notification --faults none')).out);
  });

  test('the same seed prints the same, byte for byte', async () => {
    const [first, second] = [await choreo('demo --seed 3'), await choreo('demo --seed 3')];
    expect(first.out).toBe(second.out);
    expect(first.out.length).toBeGreaterThan(5_000);
  });

  test('another seed prints something else', async () => {
    expect((await choreo('demo --orders 6 --seed 3')).out.replaceAll('seed 3', '')).not.toBe(
      (await choreo('demo --orders 6 --seed 4')).out.replaceAll('seed 4', ''),
    );
  });

  test('no line is longer than 100 characters, with many faults either', async () => {
    const { out } = await choreo('demo --faults many --seed 9');
    expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  test('a saga is printed when it has ended, not at the end', async () => {
    const { pieces } = await choreo('demo --orders 8');
    expect(pieces.length).toBeGreaterThan(8);
    expect(pieces[1]).toContain('order 1 ');
    expect(pieces[1]).not.toContain('order 8 ');
  });

  test('one saga of a kind is shown in full', async () => {
    const { out } = await choreo('demo --orders 3 --faults none');
    expect(out.match(/reserveInventory/g)).toHaveLength(1);
    expect(out.match(/^✓ order \d/gm)).toHaveLength(3);
  });

  test('compensation has its own mark and stands further in', async () => {
    const { out } = await choreo('demo --orders 1 --faults none --fail shipping');
    expect(
      out
        .split('\n')
        .filter((line) => line.includes('undo '))
        .map((line) => line.slice(9, 13)),
    ).toEqual(['  ↩ ', '  ↩ ', '  ↩ ']);
  });
});

describe('the document of choreo demo --json', () => {
  test('is one, with a version, and has this form', async () => {
    const { out } = await choreo('demo --orders 2 --json');
    const document = JSON.parse(out) as DemoResult;
    expect(Object.keys(document)).toEqual([
      'version',
      'command',
      'options',
      'ok',
      'sagas',
      'troubles',
      'duplicatesRefused',
      'eventsPublished',
      'deadLetters',
      'checks',
      'virtualSeconds',
      'trace',
    ]);
    expect(document).toMatchObject({ version: 1, command: 'demo', options: { orders: 2, seed: 1, faults: 'some' }, ok: true });
    const saga = {
      order: 1,
      label: expect.any(String),
      saga: expect.any(String),
      ending: 'completed',
      tookMilliseconds: expect.any(Number),
      duplicates: expect.any(Object),
    };
    expect(document.sagas[0]).toEqual({ ...saga, steps: expect.any(Array) });
    expect(document.sagas[1]).toMatchObject({ ending: 'undone', because: 'the carrier refused' });
    expect(document.sagas[0]?.steps[0]).toEqual({
      afterMilliseconds: 0,
      service: 'order',
      message: 'PlaceOrder',
      reaction: 'placeOrder',
      result: 'done',
      emitted: ['OrderPlaced'],
      failedTries: 0,
      deliveries: 1,
    });
    expect(document.checks).toHaveLength(7);
    for (const check of document.checks) expect(check).toEqual({ name: expect.any(String), holds: true, detail: expect.any(String) });
  });

  test('-o json is the same', async () => {
    expect((await choreo('demo --orders 1 -o json')).out).toBe((await choreo('--json demo --orders 1')).out);
  });

  test('is one line where lines are asked for', async () => {
    const { out } = await choreo('demo --orders 1 -o jsonl');
    expect([out.indexOf('\n'), JSON.parse(out)]).toEqual([out.length - 1, JSON.parse((await choreo('demo --orders 1 --json')).out)]);
  });
});

describe('what the demo shows', () => {
  test('by default: every way to end, and a broken record that stops nobody', async () => {
    const result = await demo('--orders 6');
    expect(brokenChecks(result)).toEqual([]);
    expect(result.sagas.map(({ ending, because }) => because ?? ending)).toEqual([
      'completed',
      'the carrier refused',
      'card declined',
      'the shelf is empty',
      'completed',
      'the deadline passed',
    ]);
    expect(result.deadLetters.filter(({ code }) => code === 'SCHEMA_VIOLATION').map(({ service, type }) => `${service} ${type}`)).toEqual([
      'inventory OrderPlaced',
      'search OrderPlaced',
    ]);
  });

  test('after a deadline: what comes late is undone or refused', async () => {
    const steps = stepsOf(await demo('--orders 5'), 5);
    expect(steps).toEqual(
      expect.arrayContaining([
        'order undone',
        'inventory undone',
        'payment done',
        'payment undone',
        'shipping blocked',
        'shipping refused',
      ]),
    );
  });

  test.each([
    ['shipping', ['inventory undone', 'payment undone', 'order undone']],
    ['payment', ['inventory undone', 'order undone']],
    ['inventory', ['order undone']],
  ])('--fail %s: every order is undone, as far as it came', async (service, undone) => {
    const result = await demo(`--orders 3 --fail ${service}`);
    expect(brokenChecks(result)).toEqual([]);
    expect(result.sagas.map(({ ending }) => ending)).toEqual(['undone', 'undone', 'undone']);
    expect(
      stepsOf(result, 1)
        .filter((step) => step.endsWith(' undone'))
        .sort(),
    ).toEqual([...undone].sort());
  });

  test.each(['notification', 'search'])('--fail %s: the orders go on, and it catches up', async (service) => {
    const result = await demo(`--orders 3 --fail ${service} --faults none`);
    expect(result.sagas.map(({ ending }) => ending)).toEqual(['completed', 'completed', 'completed']);
    for (const order of [1, 2, 3]) expect(stepsOf(result, order)).toContain(`${service} done`);
    expect(result.ok).toBe(true);
  });

  test('--duplicate: about that many events come twice, and all of it is refused', async () => {
    const { troubles, eventsPublished, duplicatesRefused, ok } = await demo('--orders 12 --duplicate 50 --faults none');
    expect(troubles.sentTwice / (eventsPublished - troubles.sentTwice)).toBeCloseTo(0.5, 0);
    expect(duplicatesRefused).toBeGreaterThan(troubles.sentTwice / 2);
    expect(ok).toBe(true);
  });

  test('--duplicate takes its percent with the sign too', async () => {
    expect((await choreo('demo --orders 1 --duplicate 50%')).out).toBe((await choreo('demo --orders 1 --duplicate 50')).out);
    for (const wrong of ['101%', '50%%', '%'])
      expect(await choreo(`demo --duplicate ${wrong}`)).toMatchObject({ exit: 2, err: expect.stringContaining('from 0 to 100') });
  });

  test.each([
    [4_294_967_294, 4_294_967_295],
    [4_294_967_295, 1],
  ])('after seed %d it proposes %d, which it takes', async (seed, next) => {
    const { out } = await choreo(`demo --orders 1 --faults none --seed ${seed}`);
    expect(out).toContain(`choreo demo --faults many --seed ${next} `);
  });

  test('--faults none: nothing goes wrong', async () => {
    const { troubles, deadLetters, sagas } = await demo('--orders 5 --faults none');
    expect(Object.values(troubles).filter((count) => count > 0)).toEqual([]);
    expect({ deadLetters, endings: new Set(sagas.map(({ ending }) => ending)) }).toEqual({
      deadLetters: [],
      endings: new Set(['completed']),
    });
  });

  test.each([1, 2, 3, 4, 5, 6])('every invariant holds with many faults (seed %i)', async (seed) => {
    const result = await demo(`--orders 8 --faults many --seed ${seed}`);
    expect(brokenChecks(result)).toEqual([]);
    expect(result.troubles.crashesBeforeCommit + result.troubles.crashesAfterCommit).toBeGreaterThan(0);
  });
});

describe('an invariant that is broken', () => {
  /** A shop whose outside systems were asked for something more each time somebody looks. */
  const restless: Sample = {
    ...demoShop,
    createWorld() {
      const world = demoShop.createWorld();
      let looks = 0;
      return { ...world, effects: () => [world.effects(), ++looks] };
    },
  };

  test('ends with 1, is marked by more than a colour, and is told with the command to repeat it', async () => {
    const { exit, out } = await choreo('demo --orders 1 --seed 5 --faults none', { sample: restless });
    expect(exit).toBe(1);
    expect(out).toMatch(/✗ broken: once more changes nothing/);
    expect(out).toContain('choreo demo --orders 1 --seed 5 --faults none\n');
  });

  test('is in the document', async () => {
    const { exit, out } = await choreo('demo --orders 1 --faults none --json', { sample: restless });
    expect(exit).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false });
  });

  test('is found where it is broken: a payment provider that forgets its keys charges twice', async () => {
    const keyless: Sample = {
      ...demoShop,
      createWorld() {
        const world = demoShop.createWorld();
        const gateway = world.clients['gateway'] as PaymentGateway;
        let calls = 0;
        const charge: PaymentGateway['charge'] = (request) => gateway.charge({ ...request, idempotencyKey: `call-${++calls}` });
        return { ...world, clients: { ...world.clients, gateway: { ...gateway, charge } } };
      },
    };
    const { exit, out } = await choreo('demo --orders 12 --faults many --json', { sample: keyless });
    expect(exit).toBe(1);
    expect(brokenChecks(JSON.parse(out) as DemoResult).map(({ name }) => name)).toEqual(['money adds up']);
  });
});
