import { ChoreographyError, commandType, defineEntity, defineReaction, defineService } from 'aws-choreography';
import { beforeEach, expect, test } from 'vitest';
import { createMemoryStore } from '../../../lib/embedded/memory/store.ts';
import { conflict, createRig, event, lostAfter, messageOf, type Rig, type RigOptions, throttled } from '../rig.ts';

const OpenAccount = commandType<'OpenAccount', { owner: string }, { accountId: string }>({
  type: 'OpenAccount',
  version: 1,
  schema: {
    uri: 'urn:aws-choreography:OpenAccount:1',
    sensitive: [],
    validate: (data) =>
      typeof (data as { owner?: unknown } | null)?.owner === 'string' ? [] : [{ path: '/owner', expected: 'a text', received: 'nothing' }],
  },
});
const CloseAccount = commandType<'CloseAccount', { owner: string }, undefined>({
  type: 'CloseAccount',
  version: 1,
  schema: { uri: 'urn:aws-choreography:CloseAccount:1', sensitive: [], validate: () => [] },
});
const opened = event('AccountOpened');
const denied = event('AccountDenied');
const revoked = event('AccountRevoked');
const Account = defineEntity<{ owner: string }>('Account');

let broken: unknown;
const runs: string[] = [];
const open = defineReaction({
  name: 'openAccount',
  on: OpenAccount,
  emits: [opened],
  fails: [denied],
  react({ data: { owner } }, tx) {
    runs.push(owner);
    if (broken) throw broken;
    if (owner === 'nobody') return tx.refuse('NO_OWNER', 'An account needs an owner.');
    if (owner === 'crook') return tx.fail(denied, { id: owner });
    const accountId = tx.newId();
    tx.put(Account, accountId, { owner });
    tx.emit(opened, { id: accountId });
    return { accountId };
  },
  compensation: {
    on: revoked,
    async undo(_event, tx, { accountId }) {
      if (await tx.get(Account, accountId)) tx.delete(Account, accountId);
    },
  },
});
const service = defineService({ name: 'accounts', reactions: [open] });

const rigFor = (options?: RigOptions) => createRig(service, options);
const call = (rig: Rig, data: unknown, idempotencyKey = 'key-1', command = OpenAccount, caller = 'web') =>
  rig.runtime.execute({ command, data, idempotencyKey, caller }, { deadline: rig.clock.now() + 60_000 });

beforeEach(() => {
  broken = undefined;
  runs.length = 0;
});

test('a command has an answer, and the same key finds the same one without running again', async () => {
  const rig = rigFor();
  const first = await call(rig, { owner: 'ann' });
  expect(first).toMatchObject({ ok: true, answer: { accountId: expect.any(String) } });
  expect(await call(rig, { owner: 'ann' })).toEqual(first);
  expect(runs).toEqual(['ann']);
  expect(rig.published).toMatchObject([{ type: 'AccountOpened', correlationid: first.correlationId }]);
});

test('a command on the stream is nobody`s: it is not run, and no replay runs it', async () => {
  const rig = rigFor();
  const forged = { ...messageOf(opened, 'forged'), type: 'OpenAccount', dataschema: OpenAccount.schema.uri, data: { owner: 'eve' } };
  expect(await rig.deliver(forged)).toEqual([{ status: 'done' }]);
  expect(await rig.replay({ kind: 'message', message: forged })).toEqual({ status: 'done' });
  expect([runs, rig.counted('ignored'), rig.store.allDeadLetters()]).toEqual([[], 1, []]);
});

test('another key or another caller is another command', async () => {
  const rig = rigFor();
  const answers = [
    await call(rig, { owner: 'ann' }),
    await call(rig, { owner: 'ann' }, 'key-2'),
    await call(rig, { owner: 'ann' }, 'key-1', OpenAccount, 'app'),
  ];
  expect(new Set(answers.map(({ correlationId }) => correlationId)).size).toBe(3);
  expect(runs).toHaveLength(3);
});

test('a refusal is remembered', async () => {
  const rig = rigFor();
  const first = await call(rig, { owner: 'nobody' });
  expect(first).toMatchObject({ ok: false, code: 'NO_OWNER', message: 'An account needs an owner.', retryable: false });
  expect(await call(rig, { owner: 'nobody' })).toEqual(first);
  expect(runs).toHaveLength(1);
  expect(rig.published).toEqual([]);
});

test('a business failure stays one: the repeated command is not told that all went well', async () => {
  const rig = rigFor();
  const first = await call(rig, { owner: 'crook' });
  expect(first).toMatchObject({ ok: false, code: 'COMMAND_FAILED', message: 'The command failed: AccountDenied.', retryable: false });
  expect(await call(rig, { owner: 'crook' })).toEqual(first);
});

test('a command that was given up is not told that all went well when it comes again', async () => {
  const rig = rigFor();
  broken = Object.assign(new Error('never'), { code: 'NEVER', retryable: false });
  const first = await call(rig, { owner: 'ann' });
  expect(first).toMatchObject({ ok: false, code: 'NEVER', retryable: false });
  expect(await call(rig, { owner: 'ann' })).toEqual(first);
  expect(rig.store.allDeadLetters()).toHaveLength(1);
});

test('a command that was undone still has its first answer', async () => {
  const rig = rigFor();
  const first = await call(rig, { owner: 'ann' });
  await rig.deliver(messageOf(revoked, 'r', { correlationid: first.correlationId }));
  expect(rig.store.claimsOf(first.correlationId)[0]?.state).toBe('undone');
  expect(await call(rig, { owner: 'ann' })).toEqual(first);
});

test('a command whose failure came before it is not told that all went well', async () => {
  const probe = await call(rigFor(), { owner: 'ann' });
  const rig = rigFor();
  await rig.deliver(messageOf(revoked, 'r', { correlationid: probe.correlationId }));
  expect(await call(rig, { owner: 'ann' })).toMatchObject({ ok: false, code: 'COMMAND_FAILED', retryable: false });
  expect(runs).toEqual(['ann']);
});

test('the same key with other data: its caller is told, however often, and nothing is written', async () => {
  const rig = rigFor();
  const first = await call(rig, { owner: 'ann' });
  const before = rig.store.snapshot();
  for (let count = 0; count < 2; count += 1)
    expect(await call(rig, { owner: 'bob' })).toEqual({
      ok: false,
      code: 'ID_REUSED',
      message:
        'OpenAccount came before with the same idempotency key and other data, and nothing was done with these. Send a new request under a new key; for the answer to the first one, send its data.',
      retryable: false,
      correlationId: first.correlationId,
    });
  expect(runs).toEqual(['ann']);
  expect(rig.store.snapshot()).toEqual(before);
  expect(rig.counted('reactions-refused')).toBe(2);
  expect(rig.log.filter(({ level }) => level === 'error')).toEqual([]);
  expect(await call(rig, { owner: 'ann' })).toEqual(first);
});

test('a technical failure is tried in place, then it is the caller`s to try again, and nothing is parked', async () => {
  const rig = rigFor();
  broken = new Error('no answer');
  expect(await call(rig, { owner: 'ann' })).toMatchObject({
    ok: false,
    code: 'COMMAND_UNAVAILABLE',
    message: 'no answer',
    retryable: true,
  });
  expect(runs).toHaveLength(3);
  expect(rig.store.snapshot()).toMatchObject({ claims: [], parked: [], deadLetters: [] });
  broken = undefined;
  expect(await call(rig, { owner: 'ann' })).toMatchObject({ ok: true });
});

test('a throttled store is the caller`s to try again', async () => {
  const rig = rigFor();
  rig.commits.push(...Array.from({ length: 100 }, () => throttled));
  expect(await call(rig, { owner: 'ann' })).toMatchObject({ ok: false, code: 'STORE_THROTTLED', retryable: true });
  rig.commits.length = 0;
  const { store } = rig.options.ports;
  const read = store.read;
  store.read = async () => {
    throw new ChoreographyError('STORE_UNAVAILABLE', 'no store', { retryable: true });
  };
  expect(await call(rig, { owner: 'ann' })).toMatchObject({ ok: false, code: 'STORE_UNAVAILABLE', retryable: true });
  store.read = read;
});

test.each([
  ['is refused once', conflict],
  ['gets no answer although it is in', lostAfter],
])('a commit that %s changes nothing for the caller', async (_, fault) => {
  const rig = rigFor();
  rig.commits.push(fault);
  const first = await call(rig, { owner: 'ann' });
  expect(first).toMatchObject({ ok: true });
  expect(await call(rig, { owner: 'ann' })).toEqual(first);
  expect(rig.store.snapshot().entities).toHaveLength(1);
});

test('two callers with one key at the same time get one answer', async () => {
  const store = createMemoryStore({ clock: { now: () => Date.parse('2026-01-01T00:00:00Z') } });
  const rigs = [rigFor({ store }), rigFor({ store })] as const;
  const [first, second] = await Promise.all(rigs.map((rig) => call(rig, { owner: 'ann' })));
  expect(first).toMatchObject({ ok: true });
  expect(second).toEqual(first);
  expect(store.allClaims()).toHaveLength(1);
  expect(new Set(rigs.flatMap(({ published }) => published.map(({ id }) => id))).size).toBe(1);
});

test('two callers with one key and different data at the same time: one is refused', async () => {
  const store = createMemoryStore({ clock: { now: () => Date.parse('2026-01-01T00:00:00Z') } });
  const answers = await Promise.all([call(rigFor({ store }), { owner: 'ann' }), call(rigFor({ store }), { owner: 'bob' })]);
  expect(answers.map((answer) => (answer.ok ? 'ok' : answer.code)).sort()).toEqual(['ID_REUSED', 'ok']);
});

test('what cannot be a command is thrown before anything is read', async () => {
  const rig = rigFor();
  await expect(call(rig, { owner: 'ann' }, 'key-1', CloseAccount as never)).rejects.toMatchObject({
    code: 'UNKNOWN_COMMAND',
    message: expect.stringContaining('CloseAccount'),
  });
  await expect(call(rig, { owner: 'ann' }, 'key-1', { type: 'AccountRevoked', kind: 'command' } as never)).rejects.toMatchObject({
    code: 'UNKNOWN_COMMAND',
  });
  await expect(call(rig, { owner: 5 })).rejects.toMatchObject({ code: 'SCHEMA_VIOLATION', message: expect.stringContaining('/owner') });
  await expect(call(rig, { owner: 'ann' }, '')).rejects.toMatchObject({ code: 'INVALID_IDEMPOTENCY_KEY' });
  await expect(call(rig, { owner: 'ann' }, 'k'.repeat(257))).rejects.toMatchObject({ code: 'INVALID_IDEMPOTENCY_KEY' });
  await expect(call(rig, { owner: 'ann' }, 'key-1', OpenAccount, '')).rejects.toMatchObject({
    code: 'INVALID_IDEMPOTENCY_KEY',
    details: { name: 'caller' },
  });
  expect([runs, rig.sent]).toEqual([[], []]);
});

test('more commands than the service takes are refused before anything is read, and later ones are taken', async () => {
  const memory = createMemoryStore({ clock: { now: () => Date.parse('2026-01-01T00:00:00Z') } });
  let reads = 0;
  const read: typeof memory.read = (request) => {
    reads += 1;
    return memory.read(request);
  };
  const limited = defineService({ name: 'accounts', reactions: [open], commandRate: { commandsPerSecond: 0.5, burst: 2 } });
  const rig = createRig(limited, { store: { ...memory, read } });
  const send = (index: number) => call(rig, { owner: 'ann' }, `key-${index}`);
  expect((await send(1)).ok && (await send(2)).ok).toBe(true);
  const before = reads;
  const refused = await send(3);
  expect(refused).toMatchObject({
    ok: false,
    code: 'TOO_MANY_COMMANDS',
    message: 'accounts takes no more commands at the moment; try again in 2 s with the same idempotency key.',
    retryable: true,
    retryAfterMilliseconds: 2_000,
  });
  expect([reads, runs.length, rig.counted('commands-limited')]).toEqual([before, 2, 1]);
  rig.later(2);
  expect(await send(3)).toMatchObject({ ok: true, correlationId: refused.correlationId });
});
