// What the commands for operators print as JSON, word for word: it is an API, which only gains fields.
import { describe, expect, test } from 'vitest';
import { listAudit } from '../../../lib/operations/audit.ts';
import { startReplay } from '../../../lib/operations/replay/manage.ts';
import { expectOutput } from '../expected.ts';
import { type LeftBehind, leftBehind } from './left-behind.ts';

interface Letters {
  readonly items: readonly { readonly id: string }[];
}

/** Runs commands one behind the other; `<id>` is the first dead letter or replay. The hash of a problem and stacks depend on how the code was compiled. */
async function outputs(shop: LeftBehind, id: string, commands: readonly string[]): Promise<string> {
  const texts: string[] = [];
  for (const command of commands) {
    const { exit, out, err } = await shop.run(`${command.replaceAll('<id>', id)} --json`);
    expect({ command, err }).toEqual({ command, err: '' });
    texts.push(`$ choreo ${command} --json   # ${exit}\n${out}`);
  }
  return texts
    .join('\n')
    .replaceAll(id, '<id>')
    .replace(/"problem": "[\w-]{12}"/g, '"problem": "<hash>"')
    .replace(/"stack": ".*"/g, '"stack": "<stack>"');
}

const actions = async ({ world }: LeftBehind) =>
  (await listAudit(world.access, { limit: 50 })).items
    .map(({ action, who, outcome, reason }) => `${action} ${who} ${outcome} ${reason}`)
    .reverse();

describe('as JSON', () => {
  test('dead letters, and every change of one leaves an entry in the audit', async () => {
    const shop = await leftBehind({ leave: 'failed' });
    const { items } = await shop.json<Letters>('dead-letter list --each');
    const commands = [
      'dead-letter list',
      'dead-letter list --each --limit 1',
      'dead-letter show notification <id>',
      'dead-letter show notification <id> --reveal --reason audit',
      'dead-letter redrive notification <id> --dry-run',
      'dead-letter edit notification <id> --data {"orderId":"o-0","customerId":"Ada"} --reason r1 --unchecked --yes',
      'dead-letter discard notification <id> --reason r2 --yes',
      'dead-letter redrive notification --limit 1 --reason r3 --yes',
    ];
    await expectOutput('json-dead-letter', await outputs(shop, items[0]?.id ?? '', commands));
    expect(await actions(shop)).toEqual([
      'dead-letter.reveal ada done audit',
      'dead-letter.edit ada done r1',
      'dead-letter.discard ada done r2',
      'dead-letter.redrive ada done r3',
    ]);
  });

  test('what was found out by hand', async () => {
    const shop = await leftBehind({ orders: 24, faults: 'some' });
    const { items } = await shop.json<Letters>('dead-letter list --each --code OUTCOME_UNKNOWN --reaction notifyCustomer');
    const resolve = 'dead-letter resolve notification <id> --as done --reason asked --yes';
    await expectOutput('json-dead-letter-resolve', await outputs(shop, items[0]?.id ?? '', [resolve]));
    expect(await actions(shop)).toEqual(['dead-letter.resolve ada done asked']);
  });

  test('replays, and every change of one leaves an entry in the audit', async () => {
    const shop = await leftBehind({ leave: 'missed' });
    const start = 'replay start notification --from-start --max-messages 3 --reason r1';
    const planned = await outputs(shop, '<none>', [`${start} --dry-run`]);
    const { id } = await shop.json<{ id: string }>(`${start} --yes`);
    await expectOutput('json-replay', `${planned}\n${await outputs(shop, id, ['replay show <id>', 'replay list', 'saga list --stuck'])}`);
    expect(await actions(shop)).toEqual(['replay.start ada done r1']);
  });

  test('replays that are paused, resumed and stopped', async () => {
    const shop = await leftBehind({ leave: 'missed' });
    const { access, finish } = shop.world;
    const { id } = await finish(startReplay(access, { consumer: 'notification', from: { kind: 'start' } }));
    const later = await finish(startReplay(access, { consumer: 'notification', from: { kind: 'start' }, maxMessages: 1 }));
    const done = await outputs(shop, id, ['replay pause <id> --reason r1', 'replay resume <id> --reason r2']);
    await expectOutput('json-replay-changes', `${done}\n${await outputs(shop, later.id, ['replay stop <id> --reason r3 --yes'])}`);
    expect((await actions(shop)).filter((line) => !line.startsWith('replay.start')).sort()).toEqual([
      'replay.pause ada done r1',
      'replay.resume ada done r2',
      'replay.stop ada done r3',
    ]);
  });

  test('consumers, sagas and generations, and every change leaves an entry in the audit', async () => {
    const shop = await leftBehind({ leave: 'paused' });
    const saga = shop.stage.sagas[0]?.saga ?? '';
    const commands = [
      'consumer list notification',
      'consumer resume notification --reason r1 --yes',
      'consumer pause search --reason r2 --yes',
      'consumer resume search --yes',
      'saga list --stuck',
      'saga list --limit 2',
      'generation list search',
    ];
    await expectOutput('json-consumer', await outputs(shop, saga, commands));
    expect(await actions(shop)).toEqual([
      'consumer.resume ada done r1',
      'consumer.pause ada done r2',
      'consumer.resume ada done undefined',
    ]);
  });

  test('a saga, from the definitions and the journals', async () => {
    const shop = await leftBehind({ orders: 1 });
    await expectOutput('json-saga', await outputs(shop, shop.stage.sagas[0]?.saga ?? '', ['saga show <id>']));
  });

  test('a read model that is built anew, switched to and taken away', async () => {
    const shop = await leftBehind({ orders: 2 });
    await shop.run('replay start search --mode reprocess --from-start --without-inbound --yes');
    const commands = [
      'generation compare search',
      'generation switch search --reason r1 --yes',
      'generation list search',
      'generation discard search 1 --reason r2 --yes',
    ];
    await expectOutput('json-generation', await outputs(shop, '<none>', commands));
    expect((await actions(shop)).slice(-2)).toEqual(['generation.switch ada done r1', 'generation.discard ada done r2']);
  });
});

describe('as JSON Lines', () => {
  test.each([
    ['dead-letter list', 'groups', 'failed'],
    ['dead-letter list --each --limit 2', 'items', 'failed'],
    ['saga list', 'items', 'missed'],
    ['saga list --stuck', 'items', 'missed'],
    ['consumer list', 'consumers', 'missed'],
    ['replay list --limit 1', 'items', 'missed'],
    ['audit list', 'items', 'missed'],
    ['schema list', 'messages', 'missed'],
  ] as const)('%s is a line for each thing, and a last one of what the list says as a whole', async (command, list, leave) => {
    const shop = await leftBehind({ leave });
    for (const count of [1, 2]) await shop.run(`replay start notification --from-start --max-messages ${count} --reason r --yes`);
    const { version, command: name, [list]: items = [], ...rest } = await shop.json<Record<string, readonly unknown[]>>(command);
    const { out } = await shop.run(`${command} -o jsonl`);
    const lines = out.trimEnd().split('\n');
    const found = lines.map((line): object => JSON.parse(line));
    const fields = Object.keys({ version, command: name, ...rest });
    expect(items.length).toBeGreaterThan(0);
    expect(found.slice(0, items.length)).toEqual(items.map((item) => ({ version, command: name, item })));
    expect(found.slice(items.length).map((last) => Object.keys(last))).toEqual(fields.length > 2 ? [fields] : []);
  });

  test('nothing is no line, and what is no list is one', async () => {
    const shop = await leftBehind({ leave: 'failed' });
    expect((await shop.run('replay list -o jsonl')).out).toBe('');
    const { out } = await shop.run('generation list search -o jsonl');
    expect([out.indexOf('\n'), JSON.parse(out)]).toEqual([out.length - 1, await shop.json('generation list search')]);
  });
});
