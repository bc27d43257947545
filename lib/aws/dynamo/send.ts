import type {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { sdkErrorName } from '../calls/sdk-error.ts';
import type { Item } from './attributes.ts';
import { storeError, wasNeverWritten } from './store-error.ts';

/** A command that changes something. */
type WriteCommand = PutItemCommand | UpdateItemCommand | DeleteItemCommand | TransactWriteItemsCommand;

/** Why a write ended without a yes, and whether one of its attempts may have been carried out all the same. */
export interface WriteFailure {
  readonly error: unknown;
  readonly mayBeWritten: boolean;
}

/** Writes under way, by their inputs, and whether an attempt at them may have been carried out. */
const underWay = new WeakMap<object, { mayBeWritten: boolean }>();

/**
 * Lets `sendWrite` look at each attempt that the SDK makes: when the first one got no answer and the second one is
 * throttled, the error is that of the second, and nobody knows whether the first one was carried out. Of the client and
 * not of each command, so that the client may keep its middleware; doing it again changes nothing.
 */
export function watchAttempts(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const write = underWay.get(args.input);
        if (write) write.mayBeWritten ||= !wasNeverWritten(error);
        throw error;
      }
    },
    // Within the SDK's own retry, so that it is called once an attempt.
    { step: 'finalizeRequest', priority: 'low', name: 'lookAtAttempt', override: true },
  );
}

/** Sends a write, by a client whose attempts are watched; says how it failed. */
export async function sendWrite(client: DynamoDBClient, command: WriteCommand): Promise<WriteFailure | undefined> {
  const write = { mayBeWritten: false };
  underWay.set(command.input, write);
  try {
    await client.send(command as PutItemCommand); // all are sent alike; the cast makes one type of the union
    return undefined;
  } catch (error) {
    return { error, mayBeWritten: write.mayBeWritten || !wasNeverWritten(error) };
  }
}

/** Awaits a read, or a write that may be repeated as it is. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export async function answered<Output>(answer: Promise<Output>): Promise<Output> {
  try {
    return await answer;
  } catch (error) {
    throw storeError({ error, mayBeWritten: false });
  }
}

/** Whether the condition of a write held; if not, what is stored, where the command asks for that. */
export type ConditionAnswer = { readonly held: true } | { readonly held: false; readonly found: Item | undefined };

/** Awaits a conditional write that may be repeated as it is. @throws STORE_THROTTLED, STORE_UNAVAILABLE */
export async function answeredOnCondition(answer: Promise<unknown>): Promise<ConditionAnswer> {
  try {
    await answer;
    return { held: true };
  } catch (error) {
    if (sdkErrorName(error) !== 'ConditionalCheckFailedException') throw storeError({ error, mayBeWritten: false });
    return { held: false, found: (error as { readonly Item?: Item }).Item };
  }
}
