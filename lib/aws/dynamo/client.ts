import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { watchAttempts } from './send.ts';

/** What of the SDK's protocols is used here: it makes the requests of operations. */
interface Protocol {
  serializeRequest(operation: { readonly name: string }, input: object, context: never): Promise<{ body?: unknown }>;
}

/**
 * Operations whose inputs this adapter makes itself: texts, numbers and what JSON has, but no binary values, and none of
 * the tokens that the SDK would add. Their JSON is what DynamoDB reads.
 */
const plain: ReadonlySet<string> = new Set(['BatchGetItem', 'BatchWriteItem', 'TransactWriteItems']);

/** Whether the SDK would add a token, as its own repeats need one. */
function lacksToken(operation: string, input: object): boolean {
  return operation === 'TransactWriteItems' && !('ClientRequestToken' in input);
}

/**
 * Bodies of the plain operations are made by `JSON.stringify`: the SDK walks each value by its schema, which takes three
 * times as long. Everything else about a request, and all about its answer, is the SDK's. The protocol is changed and not
 * wrapped, so that its other methods are called on itself: it is the client's own.
 */
function writePlainJson(protocol: Protocol): void {
  const serialize = protocol.serializeRequest.bind(protocol);
  protocol.serializeRequest = async (operation, input, context) => {
    if (!plain.has(operation.name) || lacksToken(operation.name, input)) return serialize(operation, input, context);
    const request = await serialize(operation, {}, context);
    request.body = Buffer.from(JSON.stringify(input));
    return request;
  };
}

/**
 * Makes a client ready for `createDynamoStore`, before its first call: its middleware is put together once a command and
 * not at each call, and its bodies are plain JSON. Doing it again changes nothing.
 */
export function journalClient(client: DynamoDBClient): DynamoDBClient {
  const { config } = client;
  if (config.cacheMiddleware) return client;
  watchAttempts(client); // now: what is put together once has it or never does
  config.cacheMiddleware = true;
  if (config.protocol) writePlainJson(config.protocol as unknown as Protocol);
  return client;
}
