import { fieldOf, isRecord, jsonText, textOf } from '../json-value.ts';
import { type LambdaRecord, withProblems } from './lambda-record.ts';

/** One event of an EventBridge bus, as a rule invokes a function with it. `itemIdentifier` is its id, `body` the JSON text of `detail`. */
export interface EventbridgeRecord extends LambdaRecord {
  readonly detailType: string;
  readonly source: string;
  readonly resources: readonly string[];
  /** ISO 8601. */
  readonly time?: string;
  /** Name of the archive replay that sent it. @default - a live event */
  readonly replayName?: string;
}

/** Whether a Lambda event is one event of a bus. */
export function isEventbridgeEvent(event: unknown): boolean {
  return (
    isRecord(event) &&
    'version' in event &&
    textOf(event, 'detail-type') !== undefined &&
    textOf(event, 'source') !== undefined &&
    'detail' in event
  );
}

/** Never throws; what is missing is in `problem`. */
export function readEventbridgeRecord(event: unknown): EventbridgeRecord {
  const id = textOf(event, 'id');
  const detail = fieldOf(event, 'detail');
  const body = isRecord(detail) ? jsonText(detail) : undefined;
  const resources = fieldOf(event, 'resources');
  return withProblems<EventbridgeRecord>(
    {
      itemIdentifier: id ?? '',
      body: body ?? '',
      detailType: textOf(event, 'detail-type') ?? '',
      source: textOf(event, 'source') ?? '',
      resources: Array.isArray(resources) ? resources.filter((resource) => typeof resource === 'string') : [],
      time: textOf(event, 'time'),
      replayName: textOf(event, 'replay-name'),
    },
    [
      id === undefined ? 'the EventBridge event has no id' : undefined,
      body === undefined ? 'the detail of the EventBridge event is not an object' : undefined,
    ],
  );
}
