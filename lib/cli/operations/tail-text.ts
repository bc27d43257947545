import { parseSchemaUri } from '../../schema/uri.ts';
import { timeText } from '../table.ts';
import type { Paint } from '../terminal.ts';
import { counted, oneLine } from '../text-layout.ts';
import type { TailedEvent, TailedOddity, TailedRecord } from './tail-record.ts';

/** Characters of a name that are shown; of a saga, all of an id that this package made. */
const NAME_LENGTH = 40;
const ID_LENGTH = 22;

/** What others have written, as a part of one line. */
function part(text: string, length = Number.POSITIVE_INFINITY): string {
  return oneLine(text.length > length ? `${text.slice(0, length - 1)}…` : text);
}

function typeText({ type, dataschema }: TailedEvent['event']): string {
  const version = parseSchemaUri(dataschema)?.version;
  return version === undefined ? part(type, NAME_LENGTH) : `${part(type, NAME_LENGTH)} v${version}`;
}

/** What led to an event. A command, or whoever put it there from outside, needs no word: the saga begins with it. */
function causeText({ event, causedBy }: TailedEvent): string {
  const { id, correlationid, causationid } = event;
  if (causedBy !== undefined) return `← ${part(causedBy, NAME_LENGTH)}`;
  return causationid === correlationid || causationid === id ? '' : '← …';
}

function oddityText({ arrivedAt, shard, sequenceNumber, problem, characters, body }: TailedOddity, paint: Paint): string {
  const what = `${paint('red', '✗')} no event: ${problem} (${counted(characters, 'character')}, ${shard} ${sequenceNumber})`;
  return [timeText(arrivedAt), what, ...(body === undefined ? [] : [part(body)])].join('  ');
}

/** Characters of a name in a column of these; a longer one is cut. */
function widthOf(names: readonly string[]): number {
  return Math.min(NAME_LENGTH, Math.max(0, ...names.map((name) => name.length)));
}

/** Writes records as lines, in columns that are as wide as what is expected, or has come so far. */
export function createTailLine(sources: readonly string[], types: readonly string[]): (record: TailedRecord, paint: Paint) => string {
  const widths = { source: widthOf(sources), type: widthOf(types) + ' v1'.length, saga: ID_LENGTH };
  const cell = (column: keyof typeof widths, text: string): string => {
    widths[column] = Math.max(widths[column], text.length);
    return text.padEnd(widths[column]);
  };
  return (record, paint) => {
    if ('problem' in record) return `${oddityText(record, paint)}\n`;
    const { arrivedAt, event, again } = record;
    const line = [
      timeText(arrivedAt),
      cell('source', part(event.source, NAME_LENGTH)),
      paint('bold', cell('type', typeText(event))),
      cell('saga', part(event.correlationid, ID_LENGTH)),
      paint('dim', causeText(record)),
      ...(again ? [paint('yellow', 'again')] : []),
      ...('data' in event ? [part(JSON.stringify(event.data) ?? '')] : []),
    ];
    const shown = line.filter((text) => text !== '').join('  ');
    return `${shown.trimEnd()}\n`;
  };
}
