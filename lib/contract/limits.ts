// Every bound of the library in one place, each with its unit. AWS limits: the public service references of 2026-11.

/** Reactions in a row that one event may set off; over it the message is a dead letter `HOP_LIMIT`. */
export const HOPS_MAX = 32;
/** Bytes of one message on the wire: well under a Kinesis record (1 MiB) and, with others, under a DynamoDB item (400 KB). */
export const MESSAGE_BYTES_MAX = 262_144;
/** Levels of nesting in a message: recursive validators and `JSON.stringify` overflow the stack at some thousands. */
export const MESSAGE_DEPTH_MAX = 64;
/** Object keys and array elements in a message, all levels together. */
export const MESSAGE_NODES_MAX = 50_000;
/** Events that one run of a reaction may emit or schedule. */
export const EMITS_MAX = 50;
/** Bytes of all events of one commit: they are kept in the journal entry, a DynamoDB item of at most 400 KB. */
export const COMMIT_EVENTS_BYTES_MAX = 350_000;
/** Bytes of one entity's state, or of what a step remembers, as JSON. */
export const STATE_BYTES_MAX = 350_000;
/** Characters of a name (service, reaction, message, entity) and of an id in a key. */
export const NAME_LENGTH_MAX = 64;
/** Characters of an id: correlation id, event id, entity id. */
export const ID_LENGTH_MAX = 256;
/** Characters of an attribute of the envelope that need not be there: W3C asks to carry a `tracestate` of at least 512. */
export const OPTIONAL_LENGTH_MAX = 512;
/** Seconds that a scheduled event may lie ahead: 400 days. */
export const SCHEDULE_SECONDS_MAX = 34_560_000;
/** Attempts that a reaction may ask for in `retry`. */
export const RETRY_ATTEMPTS_MAX = 100;
/** Seconds between two tries of a parked saga: so that `RECEIVES_MAX` tries are over before a queue drops the task. */
export const WAKE_SECONDS_MAX = 1_200;
/** Seconds by which the clocks of two machines may differ: what is decided by times of both has so much to spare. */
export const CLOCK_SKEW_SECONDS = 60;
/** Hours that `client({ keyLifetimeHours })` may be: a year. */
export const KEY_LIFETIME_HOURS_MAX = 8_760;

/** Parked sagas of one consumer that a journal lists: `parkedSagasMax` may not be more. */
export const PARKED_SAGAS_MAX = 5_000;

/** Receives of a queue's message before SQS moves it to the dead-letter queue: a net, far looser than the runtime's own rules. */
export const RECEIVES_MAX: number = 1_000;
/** Days that a queue keeps a message: as long as SQS can. */
export const QUEUE_RETENTION_DAYS = 14;
/** Seconds of the longest function that Lambda runs. */
export const FUNCTION_SECONDS_MAX = 900;
/** Records of one batch from a stream, unless the construct is told otherwise. */
export const STREAM_BATCH_RECORDS = 100;
/** Messages of one batch from a queue: more would need a window to wait in. */
export const QUEUE_BATCH_MESSAGES = 10;
/** Seconds that an event may wait at a service that promises nothing: its alarm goes by it. */
export const LAG_SECONDS = 300;
/** Megabytes of a function; the processor's share grows with them, up to one whole at 1,769. */
export const FUNCTION_MEGABYTES = 512;
