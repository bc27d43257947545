import { deflateSync, inflateSync } from 'node:zlib';
import { ChoreographyError } from '../contract/errors.ts';

/** How the payload of a frame is packed. */
export type GlueCompression = 'none' | 'zlib';

/** A payload with the Glue schema version that it was written with. */
export interface GlueFrame {
  /** A UUID, lower case when it was read. */
  readonly schemaVersionId: string;
  readonly payload: Uint8Array;
  readonly compression: GlueCompression;
}

/** Bytes of a payload, unpacked; a small frame can be made that unpacks to a thousand times its size. */
export const GLUE_PAYLOAD_BYTES_MAX = 10_485_760;
/** Byte 0 of a frame: the version of its form. */
const HEADER_VERSION = 0x03;
/** Bytes before the payload: version, compression, UUID. Form: `AWSSchemaRegistryConstants` of awslabs/aws-glue-schema-registry. */
const HEADER_BYTES = 18;
/** Byte 1 of a frame. */
const compressionBytes: Readonly<Record<GlueCompression, number>> = { none: 0x00, zlib: 0x05 };
const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function invalid(message: string, details: Readonly<Record<string, unknown>>, cause?: unknown): ChoreographyError {
  return new ChoreographyError('INVALID_GLUE_FRAME', message, { details, cause });
}

/** @throws GLUE_PAYLOAD_TOO_LARGE */
function checkSize(bytes: number): void {
  if (bytes <= GLUE_PAYLOAD_BYTES_MAX) return;
  throw new ChoreographyError(
    'GLUE_PAYLOAD_TOO_LARGE',
    `The payload has ${bytes} bytes; a Glue frame may hold ${GLUE_PAYLOAD_BYTES_MAX}.`,
    {
      details: { bytes, bytesMax: GLUE_PAYLOAD_BYTES_MAX },
    },
  );
}

/**
 * Puts the header of the Glue serializers before a payload. A framed record is no JSON any more: filters of event source
 * mappings drop it silently.
 * @throws INVALID_GLUE_FRAME for an id that is no UUID, an unknown compression and a payload that is no bytes; GLUE_PAYLOAD_TOO_LARGE
 */
export function encodeGlueFrame({ schemaVersionId, payload, compression }: GlueFrame): Uint8Array {
  if (!uuidForm.test(schemaVersionId)) {
    throw invalid(`"${schemaVersionId}" is not a UUID: give the id of a Glue schema version.`, { schemaVersionId });
  }
  if (!Object.hasOwn(compressionBytes, compression)) {
    throw invalid(`"${compression}" is not a compression of a Glue frame: give "none" or "zlib".`, { compression });
  }
  if (!(payload instanceof Uint8Array))
    throw invalid('The payload of a Glue frame is bytes: give a Uint8Array.', { payload: typeof payload });
  checkSize(payload.length);
  const header = Buffer.alloc(HEADER_BYTES);
  header[0] = HEADER_VERSION;
  header[1] = compressionBytes[compression];
  header.write(schemaVersionId.replaceAll('-', ''), 2, 'hex');
  return Buffer.concat([header, compression === 'zlib' ? deflateSync(payload) : payload]);
}

/**
 * Reads a frame of any Glue serializer. Bytes are checked before anything is unpacked, and unpacking stops at the limit.
 * @throws INVALID_GLUE_FRAME for what is no frame, or whose payload cannot be unpacked; GLUE_PAYLOAD_TOO_LARGE
 */
export function decodeGlueFrame(bytes: Uint8Array): GlueFrame {
  const { length } = bytes;
  if (length < HEADER_BYTES) {
    throw invalid(`A Glue frame has at least ${HEADER_BYTES} bytes, and this has ${length}: it was written by another serializer.`, {
      length,
    });
  }
  const [version, packing] = bytes;
  if (version !== HEADER_VERSION) {
    throw invalid(`A Glue frame begins with byte 3, and this with ${version}: it was written by another serializer.`, { version });
  }
  const compression = (['none', 'zlib'] as const).find((name) => compressionBytes[name] === packing);
  if (compression === undefined) {
    throw invalid(`The Glue frame is packed in the unknown way ${packing}; 0 (not at all) and 5 (zlib) are known.`, {
      compression: packing,
    });
  }
  const packed = bytes.subarray(HEADER_BYTES);
  return { schemaVersionId: uuidOf(bytes), payload: compression === 'zlib' ? unpack(packed) : plain(packed), compression };
}

function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.subarray(2, HEADER_BYTES)).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function plain(payload: Uint8Array): Uint8Array {
  checkSize(payload.length);
  return payload;
}

function unpack(packed: Uint8Array): Uint8Array {
  try {
    return inflateSync(packed, { maxOutputLength: GLUE_PAYLOAD_BYTES_MAX });
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') checkSize(GLUE_PAYLOAD_BYTES_MAX + 1);
    throw invalid('The payload of the Glue frame is not zlib data, or is cut off.', { bytes: packed.length }, error);
  }
}
