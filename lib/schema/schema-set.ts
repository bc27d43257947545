/** A JSON Schema that is an object, as read from a file. */
export type SchemaObject = Readonly<Record<string, unknown>>;

/** One version of one message. */
export interface SchemaVersion {
  readonly type: string;
  readonly version: number;
  /** Relative to the directory of the schemas, with `/`: `OrderPlaced/2.json`. */
  readonly file: string;
  /** The file as it is. */
  readonly text: string;
  readonly schema: SchemaObject;
  /** What a command answers; `definitions` are those of the file. */
  readonly answer?: SchemaObject;
  /** The property that says whom the message is about. */
  readonly subject?: string;
  /** JSON Pointers (with `*` for any array element) of fields that never go to logs. */
  readonly sensitive: readonly string[];
}

/** All versions of one message. */
export interface MessageSchemas {
  readonly kind: 'event' | 'command';
  readonly type: string;
  /** From 1, without a gap; the last one is the current version. */
  readonly versions: readonly SchemaVersion[];
}

/** The schemas of one directory, read and checked, sorted by name. */
export interface SchemaSet {
  readonly messages: readonly MessageSchemas[];
}

/** Whether a JSON value is an object and not an array. */
export function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
