import { describe, expect, test } from 'vitest';
import { type WalkEnd, type WalkOptions, walk } from './walk.ts';

const calm: WalkOptions = {
  delivery: 'at-least-once',
  actions: 1,
  triggers: 1,
  crashes: 1,
  failures: 2,
  zombies: 0,
  redrives: 1,
  tells: true,
  forgets: false,
  diverges: false,
};
/** Walks of each scenario; WALKS=2000 for a long run. */
const WALKS = Number(process.env['WALKS'] ?? 100);

/** What is wrong at the end of a walk. */
function flaws(
  { claim, charges, refunds, open, triggered, events, trace }: WalkEnd,
  { delivery, forgets }: WalkOptions,
): readonly string[] {
  const found: string[] = trace.filter((line) => line.startsWith('BROKEN'));
  const check = (holds: boolean, rule: string) => {
    if (!holds) found.push(rule);
  };
  const balance = charges - refunds;
  const state = claim?.state;
  const undone = triggered || claim?.told !== undefined; // the rest of the saga is undone
  const aboutTrigger = open.filter(({ phase }) => phase === 'undo');
  const aboutAction = open.filter(({ phase }) => phase !== 'undo');
  check(refunds <= charges, 'never more refunds than charges');
  check(delivery === 'at-most-once' || forgets || charges <= 1, 'one key, one charge');
  if (state === 'done' && !claim?.undoBegun) check(balance === 1, 'done means charged');
  if (state === undefined || state === 'failed' || state === 'undone' || state === 'cancelled')
    check(balance === 0, `${state} means not charged`);
  if (state === 'done' && undone) check(aboutTrigger.length > 0, 'a step of a saga that is undone is undone, or there is a dead letter');
  if (state === 'gave-up') check(aboutAction.length > 0, 'what was given up has a dead letter');
  if (state === 'started') check(delivery === 'at-most-once' && aboutTrigger.length > 0, 'nothing stays started without a dead letter');
  if (state !== 'gave-up' && state !== 'started') check(aboutAction.length === 0, 'what is finished has no dead letter about its action');
  if (state === 'undone' || state === 'cancelled') check(open.length === 0, 'what is undone has no dead letter');
  check(claim?.message === undefined || claim.message.type === 'OrderPlaced', 'the message of a claim is that of its action');
  check(!(events.includes('PaymentCharged') && events.includes('PaymentFailed')), 'nobody hears of success and of failure');
  check((state === 'done') <= events.includes('PaymentCharged'), 'done says so');
  check(new Set(events).size === events.length, 'nothing is said twice');
  return found;
}

async function violations(options: WalkOptions, walks = WALKS): Promise<readonly string[]> {
  const found: string[] = [];
  for (let seed = 1; seed <= walks && found.length < 3; seed += 1) {
    const end = await walk(seed, options);
    const broken = flaws(end, options);
    if (broken.length > 0) found.push([`seed ${seed}: ${broken.join('; ')}`, ...end.trace].join('\n  '));
  }
  return found;
}

// The scenarios of the exhaustive model of steps, through the real code.
const scenarios: readonly (readonly [name: string, options: WalkOptions])[] = [
  ['one action and one trigger', calm],
  ['nothing told when it gives up', { ...calm, tells: false }],
  ['two copies of the action', { ...calm, actions: 2 }],
  ['two triggers', { ...calm, triggers: 2 }],
  ['no trigger, but the failure was told', { ...calm, triggers: 0, actions: 2 }],
  ['no trigger, told, and redrives that crash', { ...calm, triggers: 0, failures: 6, crashes: 8, redrives: 6 }],
  ['no trigger, nothing told', { ...calm, triggers: 0, tells: false }],
  ['a call that comes late', { ...calm, zombies: 1 }],
  ['a rerun that takes another branch', { ...calm, actions: 2, diverges: true }],
  ['a provider that forgets keys', { ...calm, forgets: true }],
  [
    'two copies, two triggers, a late call, many faults',
    { ...calm, actions: 2, triggers: 2, zombies: 1, crashes: 3, failures: 4, redrives: 3 },
  ],
  ['at most once', { ...calm, delivery: 'at-most-once' }],
  ['at most once, two copies, two triggers', { ...calm, delivery: 'at-most-once', actions: 2, triggers: 2 }],
  ['at most once, a late call', { ...calm, delivery: 'at-most-once', zombies: 1 }],
];

describe('charges − refunds is 1 if the step is done, else 0; what cannot be known has a dead letter', () => {
  test.each(scenarios)(
    '%s',
    async (_name, options) => {
      expect(await violations(options)).toEqual([]);
    },
    60_000,
  );
});

describe('what was given up can be settled by redriving it, once nothing fails any more', () => {
  const settled = async (options: WalkOptions) => {
    let parked = 0;
    for (let seed = 1; seed <= WALKS; seed += 1) {
      const before = await walk(seed, { ...options, redrives: 0 });
      if (before.open.length === 0) continue;
      parked += 1;
      const { open, trace } = await walk(seed, { ...options, redrives: 12 });
      if (open.length > 0) return `seed ${seed}: ${trace.join('\n  ')}`;
    }
    return parked > WALKS / 20 ? 'all of them' : `only ${parked} were given up`;
  };
  test('at least once', async () => {
    expect(await settled({ ...calm, failures: 9, crashes: 6 })).toBe('all of them');
  }, 60_000);
});

test('the walks are worth something: they meet every state', async () => {
  const met = new Set<string>();
  for (let seed = 1; seed <= 60; seed += 1)
    met.add((await walk(seed, { ...calm, triggers: seed % 3 === 0 ? 0 : 1, redrives: 0, failures: 5, crashes: 3 })).claim?.state ?? 'none');
  expect([...met].sort()).toEqual(expect.arrayContaining(['cancelled', 'done', 'failed', 'gave-up', 'undone']));
});

test('the same seed is the same walk', async () => {
  const options: WalkOptions = { ...calm, actions: 2, triggers: 2, zombies: 1 };
  expect((await walk(7, options)).trace).toEqual((await walk(7, options)).trace);
});
