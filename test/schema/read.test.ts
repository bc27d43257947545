import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ChoreographyError } from '../../lib/contract/errors.ts';
import { readSchemas } from '../../lib/schema/read.ts';
import { command, directoryOf, emptyDirectory, event, schemasOf } from './schema-directory.ts';

async function failure(files: Readonly<Record<string, unknown>>): Promise<{ code: string; lines: readonly string[] }> {
  const directory = await directoryOf(files);
  const error = await readSchemas(directory).then(
    () => undefined,
    (thrown: ChoreographyError) => thrown,
  );
  const [head = '', ...lines] = (error?.message ?? '').split('\n');
  expect(head).toMatch(/^\d+ problems? in the schemas of /);
  expect(head).toContain(directory);
  return { code: error?.code ?? '', lines };
}

test('messages are read by name, their versions from the oldest to the current', async () => {
  const set = await schemasOf({
    'PlaceOrder/1.json': command(),
    'OrderPlaced/10.json': event(),
    ...Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`OrderPlaced/${index + 1}.json`, event()])),
  });
  expect(set.messages.map(({ kind, type, versions }) => [kind, type, versions.map(({ version }) => version)])).toEqual([
    ['event', 'OrderPlaced', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    ['command', 'PlaceOrder', [1]],
  ]);
});

test('a version knows its file, its subject and its answer with the definitions of the file', async () => {
  const definitions = { a: { type: 'integer' } };
  const set = await schemasOf({ 'PlaceOrder/1.json': command({}, { definitions }), 'OrderPlaced/1.json': event() });
  const [placed, place] = set.messages.map(({ versions }) => versions[0]);
  expect(placed).toMatchObject({ file: 'OrderPlaced/1.json', subject: 'id', schema: event(), text: JSON.stringify(event()) });
  expect(placed).not.toHaveProperty('answer');
  expect(place).toMatchObject({ file: 'PlaceOrder/1.json', answer: { type: 'object', definitions } });
  expect(place).not.toHaveProperty('subject');
});

test('generated code, registry files, hidden files and other texts are left alone', async () => {
  const set = await schemasOf({
    'OrderPlaced/1.json': event(),
    'OrderPlaced/registry.json': '{',
    'OrderPlaced/README.md': 'x',
    'OrderPlaced/.1.json': '{',
    'registry.json': '{',
    'README.md': 'x',
    '.cache/1.json': '{',
    'generated/1.json': '{',
  });
  expect(set.messages.map(({ type }) => type)).toEqual(['OrderPlaced']);
});

test('x-kind decides where the name does not', async () => {
  const set = await schemasOf({
    'OrderPlaced/1.json': { ...event(), 'x-kind': 'event' },
    'PlaceOrder/1.json': { ...command(), 'x-kind': 'command' },
  });
  expect(set.messages.map(({ kind }) => kind)).toEqual(['event', 'command']);
});

test('sensitive fields are found in arrays, through definitions and alternatives; under free names the whole object is one', async () => {
  const secret = { type: 'string', maxLength: 9, 'x-sensitive': true };
  const set = await schemasOf({
    'OrderPlaced/1.json': event(
      {
        'a/b~c': secret,
        list: { type: 'array', maxItems: 3, items: { type: 'object', properties: { card: { $ref: '#/definitions/card' } } } },
        pair: { type: 'array', items: [{ type: 'integer' }, secret], minItems: 2, additionalItems: false },
        either: { anyOf: [{ type: 'integer' }, secret] },
        map: { type: 'object', additionalProperties: { type: 'object', properties: { pin: secret } } },
        beside: { $ref: '#/definitions/plain', 'x-sensitive': true },
      },
      { definitions: { card: { type: 'object', properties: { number: secret } }, plain: { type: 'integer' }, unused: secret } },
    ),
  });
  expect(set.messages[0]?.versions[0]?.sensitive).toEqual(['/a~1b~0c', '/beside', '/either', '/list/*/card/number', '/map', '/pair/1']);
});

const eventNameHint = 'a command says what to do, as a verb and a noun in PascalCase, for example PlaceOrder.';

test.each<[string, Readonly<Record<string, unknown>>, string, readonly string[]]>([
  ['no schema', {}, 'SCHEMA_UNREADABLE', ['- there is no schema in here: add <Message>/<version>.json.']],
  [
    'more versions than there may be',
    Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`OrderPlaced/${index + 1}.json`, event()])),
    'SCHEMA_INVALID',
    ['- OrderPlaced: there are more than 100 versions: make the newest one version 1 of a message with another name.'],
  ],
  ['no version', { 'OrderPlaced/README.md': '' }, 'SCHEMA_INVALID', ['- OrderPlaced: there is no schema in here: add 1.json.']],
  [
    'a schema outside of its directory',
    { 'OrderPlaced.json': event() },
    'SCHEMA_INVALID',
    ['- OrderPlaced.json: a schema is in the directory of its message: <Message>/<version>.json.'],
  ],
  [
    'a file without a version',
    { 'OrderPlaced/1.json': event(), 'OrderPlaced/01.json': event() },
    'SCHEMA_INVALID',
    ['- OrderPlaced/01.json: a schema file is named after its version: 1.json, 2.json.'],
  ],
  [
    'text that is no object',
    { 'OrderPlaced/1.json': '[]' },
    'SCHEMA_UNREADABLE',
    ['- OrderPlaced/1.json: a schema file holds one JSON object.'],
  ],
  [
    'JSON of many levels',
    { 'OrderPlaced/1.json': `{"a":${'['.repeat(80_000)}${']'.repeat(80_000)}}` },
    'SCHEMA_UNREADABLE',
    ['- OrderPlaced/1.json: the JSON is nested more than 128 deep: make the message flatter.'],
  ],
  [
    'a huge file',
    { 'OrderPlaced/1.json': ' '.repeat(1_360_001) },
    'SCHEMA_UNREADABLE',
    ['- OrderPlaced/1.json: this file cannot be read: it has 1360001 bytes; a schema has at most 170000 characters.'],
  ],
  [
    'a gap',
    { 'OrderPlaced/1.json': event(), 'OrderPlaced/3.json': event() },
    'SCHEMA_INVALID',
    ['- OrderPlaced: 2.json is missing: versions count from 1 without a gap, and old ones stay.'],
  ],
  [
    'a name that is neither',
    { 'orders/1.json': command() },
    'SCHEMA_INVALID',
    [`- orders/1.json: The command "orders" is not a good name: ${eventNameHint}`],
  ],
  [
    'an event that is not named like one',
    { 'RoomUnavailable/1.json': event() },
    'SCHEMA_INVALID',
    [
      '- RoomUnavailable/1.json: The event "RoomUnavailable" is not a good name: an event says what happened, as a noun and a verb in ' +
        'the past in PascalCase, for example OrderPlaced. "x-subject" without "x-answer" makes it an event.',
    ],
  ],
  [
    'a kind that is neither',
    { 'OrderPlaced/1.json': { ...event(), 'x-kind': 'query' } },
    'SCHEMA_INVALID',
    ['- OrderPlaced/1.json#/x-kind: "x-kind" is neither "event" nor "command".'],
  ],
  [
    'a kind that the name is not',
    { 'OrderPlaced/1.json': { ...command(), 'x-kind': 'command' } },
    'SCHEMA_INVALID',
    [`- OrderPlaced/1.json#/x-kind: The command "OrderPlaced" is not a good name: ${eventNameHint}`],
  ],
  [
    'an event about nobody',
    { 'OrderPlaced/1.json': { type: 'object' } },
    'SCHEMA_INVALID',
    ['- OrderPlaced/1.json: an event says what it is about: add "x-subject" with the name of a required string property.'],
  ],
  [
    'a subject that may be missing',
    { 'OrderPlaced/1.json': { ...event(), required: [] } },
    'SCHEMA_INVALID',
    ['- OrderPlaced/1.json#/x-subject: "x-subject" names "id", which is not a required string property.'],
  ],
  [
    'a subject that is no text',
    { 'OrderPlaced/1.json': event({ id: { type: 'integer' } }) },
    'SCHEMA_INVALID',
    ['- OrderPlaced/1.json#/x-subject: "x-subject" names "id", which is not a required string property.'],
  ],
  [
    'a subject that objects inherit',
    { 'OrderPlaced/1.json': { ...event(), 'x-subject': 'toString', required: ['id', 'toString'], additionalProperties: true } },
    'SCHEMA_INVALID',
    ['- OrderPlaced/1.json#/x-subject: "x-subject" names "toString", which is not a required string property.'],
  ],
  [
    'an event with an answer',
    { 'OrderPlaced/1.json': event({}, { 'x-answer': { type: 'object' } }) },
    'SCHEMA_INVALID',
    ['- OrderPlaced/1.json#/x-answer: an event has no answer: remove "x-answer".'],
  ],
  [
    'a command without an answer',
    { 'PlaceOrder/1.json': { type: 'object' } },
    'SCHEMA_INVALID',
    [
      '- PlaceOrder/1.json: by its name this is a command, which has an answer: add "x-answer" with its schema; ' +
        'an event has a verb in the past at its end, as OrderPlaced, and "x-subject".',
    ],
  ],
  [
    'another draft',
    { 'OrderPlaced/1.json': event({}, { $schema: 'https://json-schema.org/draft/2020-12/schema' }) },
    'SCHEMA_INVALID',
    ['- OrderPlaced/1.json#/$schema: "$schema" is not draft-07: write "http://json-schema.org/draft-07/schema#".'],
  ],
  [
    'what draft-07 does not know',
    { 'OrderPlaced/1.json': event({ a: { type: 'array', maxItems: -1 } }) },
    'SCHEMA_INVALID',
    ['- OrderPlaced/1.json#/properties/a/maxItems: this is not draft-07: it must be >= 0.'],
  ],
  [
    'an answer that draft-07 does not know',
    { 'PlaceOrder/1.json': command({}, { 'x-answer': { type: 'object', required: 'a' } }) },
    'SCHEMA_INVALID',
    ['- PlaceOrder/1.json#/x-answer/required: this is not draft-07: it must be array.'],
  ],
  [
    'an unsafe schema',
    { 'OrderPlaced/1.json': event({ a: { type: 'array' } }) },
    'SCHEMA_UNSAFE',
    ['- OrderPlaced/1.json#/properties/a: this array has no "maxItems": add one (at most 10000).'],
  ],
  [
    'generated names that collide',
    { 'PlaceOrder/1.json': command(), 'PlaceOrderData/1.json': command() },
    'SCHEMA_INVALID',
    ['- PlaceOrderData: the generated name PlaceOrderData is taken by PlaceOrder: rename the message.'],
  ],
  [
    'a past version that collides with a command',
    { 'OrderPlaced/1.json': event(), 'OrderPlaced/2.json': event(), 'OrderPlacedV1/1.json': command() },
    'SCHEMA_INVALID',
    [
      '- OrderPlacedV1: the generated name OrderPlacedV1 is taken by OrderPlaced: rename the message.',
      '- OrderPlacedV1: the generated name OrderPlacedV1Data is taken by OrderPlaced: rename the message.',
    ],
  ],
  [
    'a name that generated code imports',
    { 'EventType/1.json': command() },
    'SCHEMA_INVALID',
    ['- EventType: the generated name EventType is taken by this package: rename the message.'],
  ],
])('%s is refused', async (_, files, code, lines) => {
  expect(await failure(files)).toEqual({ code, lines });
});

test('text that is not JSON is refused with its reason', async () => {
  const { code, lines } = await failure({ 'OrderPlaced/1.json': '{"a":' });
  expect(code).toBe('SCHEMA_UNREADABLE');
  expect(lines).toEqual([expect.stringMatching(/^- OrderPlaced\/1\.json: this is not JSON: \S.*\.$/)]);
});

test('bytes that are not UTF-8 are refused', async () => {
  const directory = await emptyDirectory();
  await mkdir(join(directory, 'OrderPlaced'));
  await writeFile(join(directory, 'OrderPlaced/1.json'), Buffer.from('{"description":"\xff"}', 'latin1'));
  await expect(readSchemas(directory)).rejects.toMatchObject({
    code: 'SCHEMA_UNREADABLE',
    message: expect.stringContaining('this file cannot be read'),
  });
});

test('a directory that is not there is refused', async () => {
  const directory = join(await emptyDirectory(), 'absent');
  await expect(readSchemas(directory)).rejects.toMatchObject({
    code: 'SCHEMA_UNREADABLE',
    message: expect.stringContaining('this directory cannot be read: ENOENT'),
  });
});

test('all problems are told at once, in order, under the gravest code', async () => {
  const { code, lines } = await failure({
    'PlaceOrder/1.json': { type: 'object' },
    'OrderPlaced/2.json': event({ b: { type: 'array' }, a: { type: 'array' } }),
    'OrderPlaced/1.json': '[]',
  });
  expect(code).toBe('SCHEMA_UNREADABLE');
  expect(lines.map((line) => line.split(': ')[0])).toEqual([
    '- OrderPlaced',
    '- OrderPlaced/1.json',
    '- OrderPlaced/2.json#/properties/a',
    '- OrderPlaced/2.json#/properties/b',
    '- PlaceOrder/1.json',
  ]);
});

test('of many problems 50 are told and the rest is counted', async () => {
  const { lines } = await failure({
    'OrderPlaced/1.json': event(Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`a${index}`, { type: 'array' }]))),
  });
  expect(lines).toHaveLength(51);
  expect(lines.at(-1)).toBe('- and 10 more');
});
