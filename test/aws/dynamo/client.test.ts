import { createHash } from 'node:crypto';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { journalClient } from '../../../lib/aws/dynamo/client.ts';

interface Wire {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A client of the SDK over a wire that gives one answer, and what it sent. */
function clientOver(answer: { readonly status?: number; readonly body?: string } = {}) {
  const sent: Wire[] = [];
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    endpoint: 'http://dynamodb.test',
    maxAttempts: 1,
    requestHandler: {
      async handle(request: Wire) {
        sent.push(request);
        const body = answer.body === '' ? undefined : new Blob([answer.body ?? '{}']).stream();
        return { response: { statusCode: answer.status ?? 200, headers: { 'x-amzn-requestid': 'r1' }, body } };
      },
      updateHttpClientConfig() {},
      httpHandlerConfigs: () => ({}),
    },
  });
  return { client, sent };
}

const textOf = ({ body }: Wire): string => Buffer.from(body).toString();

const difficult = ['"quoted" \\ and /', 'línea\n\ttab\u0001', '\u2028 \u{1f6d2} 漢字', 'half \ud83d', ''];
const put = (value: string): TransactWriteItem => ({
  Put: {
    TableName: 'journal',
    Item: { pk: { S: value }, n: { N: '1.5e3' }, m: { M: { [value]: { L: [{ NULL: true }, { BOOL: false }] } } }, s: { SS: ['a', value] } },
    ConditionExpression: 'attribute_not_exists(#k)',
    ExpressionAttributeNames: { '#k': 'pk' },
    ReturnValuesOnConditionCheckFailure: undefined,
  },
});

/** The same command by the SDK alone, and by the client of the journal. */
async function both(command: () => TransactWriteItemsCommand | BatchGetItemCommand | BatchWriteItemCommand | PutItemCommand) {
  const [plain, sdk] = [clientOver(), clientOver()];
  await journalClient(plain.client).send(command() as PutItemCommand);
  await sdk.client.send(command() as PutItemCommand);
  return [plain.sent[0] as Wire, sdk.sent[0] as Wire] as const;
}

const commands = {
  TransactWriteItems: () => new TransactWriteItemsCommand({ ClientRequestToken: 't', TransactItems: difficult.map(put) }),
  BatchGetItem: () =>
    new BatchGetItemCommand({
      RequestItems: { journal: { Keys: difficult.map((value) => ({ pk: { S: value } })), ConsistentRead: true } },
    }),
  BatchWriteItem: () =>
    new BatchWriteItemCommand({ RequestItems: { journal: difficult.map((value) => ({ DeleteRequest: { Key: { pk: { S: value } } } })) } }),
  'TransactWriteItems without a token': () => new TransactWriteItemsCommand({ TransactItems: difficult.map(put) }),
  'PutItem with binary values': () =>
    new PutItemCommand({ TableName: 'journal', Item: { pk: { B: Buffer.from('a') }, bs: { BS: [Buffer.from('b')] } } }),
};

describe('the client of the journal', () => {
  test.each(Object.entries(commands))('sends what the SDK sends: %s', async (_, command) => {
    const [ours, theirs] = await both(command);
    const { ClientRequestToken: ourToken, ...ourInput } = JSON.parse(textOf(ours));
    const { ClientRequestToken: theirToken, ...theirInput } = JSON.parse(textOf(theirs));
    expect(ourInput).toEqual(theirInput);
    expect(typeof ourToken).toBe(typeof theirToken);
    expect(ours.body.length).toBe(theirs.body.length);
    const { authorization, 'x-amz-content-sha256': hash, 'amz-sdk-invocation-id': _id, 'x-amz-date': _date, ...headers } = ours.headers;
    expect(theirs.headers).toMatchObject(headers);
    expect(authorization).toContain('AWS4-HMAC-SHA256');
    expect(hash).toBe(createHash('sha256').update(ours.body).digest('hex'));
    expect([ours.method, ours.path]).toEqual([theirs.method, theirs.path]);
  });

  test('writes bodies as JSON.stringify does, without a look at each value', async () => {
    const { client, sent } = clientOver();
    const TransactItems = difficult.map(put);
    await journalClient(client).send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken: 't' }));
    expect(textOf(sent[0] as Wire)).toBe(JSON.stringify({ TransactItems, ClientRequestToken: 't' }));
  });

  test('is made ready once', () => {
    const { client } = clientOver();
    const { serializeRequest } = journalClient(client).config.protocol as { serializeRequest?: unknown };
    expect((journalClient(client).config.protocol as { serializeRequest?: unknown }).serializeRequest).toBe(serializeRequest);
  });

  test('leaves the rest of the protocol as it is, also what only its own methods can reach', () => {
    class Closed {
      readonly #answer = 'answer';
      async serializeRequest() {
        return {};
      }
      read(): string {
        return this.#answer;
      }
    }
    const { client } = clientOver();
    client.config.protocol = new Closed() as never;
    expect((journalClient(client).config.protocol as unknown as Closed).read()).toBe('answer');
  });

  test('reads answers as the SDK does: sets and binary values', async () => {
    const item = { pk: { S: 'a' }, b: { B: 'YQ==' }, bs: { BS: ['Yg=='] }, ns: { NS: ['1'] }, l: { L: [{ M: { x: { B: 'Yw==' } } }] } };
    const { client } = clientOver({ body: JSON.stringify({ Responses: { journal: [item] } }) });
    const { Responses } = await journalClient(client).send(commands.BatchGetItem());
    const bytes = (text: string) => new Uint8Array(Buffer.from(text));
    const found = {
      pk: { S: 'a' },
      b: { B: bytes('a') },
      bs: { BS: [bytes('b')] },
      ns: { NS: ['1'] },
      l: { L: [{ M: { x: { B: bytes('c') } } }] },
    };
    expect(Responses).toEqual({ journal: [found] });
  });

  test('throws what the SDK throws: its classes, reasons and status', async () => {
    const reason = { Code: 'ConditionalCheckFailed', Message: 'no', Item: { pk: { S: 'a' }, b: { B: 'YQ==' } } };
    const error = {
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      Message: 'cancelled',
      CancellationReasons: [reason],
    };
    const { client } = clientOver({ status: 400, body: JSON.stringify(error) });
    const failure: unknown = await journalClient(client)
      .send(commands.TransactWriteItems())
      .catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(TransactionCanceledException);
    expect(failure).toMatchObject({
      name: 'TransactionCanceledException',
      $metadata: { httpStatusCode: 400, requestId: 'r1' },
      CancellationReasons: [{ ...reason, Item: { pk: { S: 'a' }, b: { B: new Uint8Array([97]) } } }],
    });
  });

  test.each([
    ['a page of HTML', 503, '<html><body>Service Unavailable</body></html>'],
    ['nothing', 500, ''],
    ['an object without a type', 400, '{}'],
  ])('throws an error with the status where the answer is %s', async (_, status, body) => {
    const [ours, theirs] = await Promise.all(
      [journalClient(clientOver({ status, body }).client), clientOver({ status, body }).client].map((client) =>
        client.send(commands.TransactWriteItems()).catch((thrown: unknown) => thrown),
      ),
    );
    expect(ours).toBeInstanceOf(Error);
    expect(ours).toMatchObject({ name: (theirs as Error).name, $metadata: { httpStatusCode: status } });
  });

  test('takes an empty answer as one without content', async () => {
    const answer = await journalClient(clientOver({ body: '' }).client).send(commands.TransactWriteItems());
    expect(answer).toMatchObject({ $metadata: { httpStatusCode: 200 } });
  });
});
