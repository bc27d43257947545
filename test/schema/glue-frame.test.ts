import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeGlueFrame, encodeGlueFrame, GLUE_PAYLOAD_BYTES_MAX } from '../../lib/schema/glue-frame.ts';

const schemaVersionId = 'b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63';
const header = 'b7b4a7f09c964e4aa687fb5de9ef0c63';

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

describe('a frame', () => {
  test('is byte 3, the compression, the id and the payload', () => {
    const payload = Buffer.from('{"a":1}');
    const frame = encodeGlueFrame({ schemaVersionId, payload, compression: 'none' });
    expect(Buffer.from(frame).toString('hex')).toBe(`0300${header}${Buffer.from('{"a":1}').toString('hex')}`);
    const packed = encodeGlueFrame({ schemaVersionId, payload, compression: 'zlib' });
    expect(Buffer.from(packed).toString('hex')).toBe(`0305${header}${deflateSync(payload).toString('hex')}`);
  });

  test('that java.util.zip.Deflater packed, as the Java serializers do, is read', () => {
    const packed = '789cab56ca2f4a492df24c51b252cad73554d251cac9cc4b2d56b28aae562ace2e058a262ad5eae060c7d602006eac1370';
    const frame = decodeGlueFrame(bytes(`0305${header}${packed}`));
    const payload = '{"orderId":"o-1","lines":[{"sku":"a"},{"sku":"a"},{"sku":"a"}]}';
    expect({ ...frame, payload: Buffer.from(frame.payload).toString() }).toEqual({ schemaVersionId, payload, compression: 'zlib' });
  });

  test('without a payload is a frame', () => {
    expect(decodeGlueFrame(bytes(`0300${header}`)).payload).toHaveLength(0);
  });

  test('is read as it was written, whatever is in it', () => {
    const compression = fc.constantFrom('none' as const, 'zlib' as const);
    fc.assert(
      fc.property(fc.uuid(), fc.uint8Array({ maxLength: 500 }), compression, (id, payload, how) => {
        const frame = decodeGlueFrame(encodeGlueFrame({ schemaVersionId: id.toUpperCase(), payload, compression: how }));
        expect(frame.schemaVersionId).toBe(id.toLowerCase());
        expect(frame.compression).toBe(how);
        expect(Buffer.compare(Buffer.from(frame.payload), Buffer.from(payload))).toBe(0);
      }),
      { seed: 7 },
    );
  });

  test('is read out of the middle of a larger buffer', () => {
    const frame = encodeGlueFrame({ schemaVersionId, payload: Buffer.from('x'), compression: 'zlib' });
    const around = Buffer.concat([Buffer.from('before'), frame, Buffer.from('after')]);
    expect(Buffer.from(decodeGlueFrame(around.subarray(6, 6 + frame.length)).payload).toString()).toBe('x');
  });
});

describe('what is no frame', () => {
  test.each([
    ['nothing', '', 'at least 18 bytes'],
    ['a header that is cut off', `0300${header.slice(0, -2)}`, 'this has 17'],
    ['JSON', Buffer.from('{"specversion":"1.0"}').toString('hex'), 'begins with byte 3, and this with 123'],
    ['a frame of Confluent', `0000000001${header}`, 'this with 0'],
    ['an unknown compression', `0301${header}`, 'unknown way 1'],
    ['a payload that is not packed', `0305${header}7b7d7b7d`, 'not zlib data'],
    ['a payload that is cut off', `0305${header}789cab564a54`, 'cut off'],
    ['a packed payload of no bytes', `0305${header}`, 'cut off'],
  ])('%s says why', (_, hex, why) => {
    expect(() => decodeGlueFrame(bytes(hex))).toThrow(
      expect.objectContaining({ code: 'INVALID_GLUE_FRAME', retryable: false, message: expect.stringContaining(why) }),
    );
  });

  test('no bytes make the reader throw anything else', () => {
    const begun = fc.tuple(fc.constantFrom('0300', '0305', '0301', ''), fc.uint8Array({ maxLength: 60 }));
    fc.assert(
      fc.property(begun, ([start, rest]) => {
        try {
          decodeGlueFrame(Buffer.concat([bytes(start), rest]));
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_GLUE_FRAME' });
        }
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  test.each(['', 'x', `${schemaVersionId}0`, schemaVersionId.replace('b', 'g'), header])('an id that is no UUID is refused: "%s"', (id) => {
    expect(() => encodeGlueFrame({ schemaVersionId: id, payload: Buffer.alloc(1), compression: 'none' })).toThrow(
      expect.objectContaining({ code: 'INVALID_GLUE_FRAME' }),
    );
  });
});

test.each<[string, object, string]>([
  ['an unknown compression', { compression: 'gzip' }, '"gzip" is not a compression of a Glue frame: give "none" or "zlib".'],
  ['no compression', { compression: undefined }, '"undefined" is not a compression of a Glue frame: give "none" or "zlib".'],
  ['a text in place of bytes', { payload: '{}' }, 'The payload of a Glue frame is bytes: give a Uint8Array.'],
])('%s makes no frame', (_name, wrong, message) => {
  const frame = { schemaVersionId, payload: Buffer.alloc(1), compression: 'none', ...wrong } as Parameters<typeof encodeGlueFrame>[0];
  expect(() => encodeGlueFrame(frame)).toThrow(expect.objectContaining({ code: 'INVALID_GLUE_FRAME', message }));
});

describe('a payload that is too large', () => {
  const tooLarge = expect.objectContaining({ code: 'GLUE_PAYLOAD_TOO_LARGE' });

  test('is refused, also when it is small as long as it is packed', () => {
    const payload = Buffer.alloc(GLUE_PAYLOAD_BYTES_MAX + 1);
    const packed = Buffer.concat([bytes(`0305${header}`), deflateSync(payload)]);
    expect(packed.length).toBeLessThan(20_000);
    expect(() => decodeGlueFrame(packed)).toThrow(tooLarge);
    expect(() => decodeGlueFrame(Buffer.concat([bytes(`0300${header}`), payload]))).toThrow(tooLarge);
    for (const compression of ['none', 'zlib'] as const) {
      expect(() => encodeGlueFrame({ schemaVersionId, payload, compression })).toThrow(tooLarge);
    }
  });

  test('a payload of just the limit is fine', () => {
    const payload = Buffer.alloc(GLUE_PAYLOAD_BYTES_MAX);
    const frame = encodeGlueFrame({ schemaVersionId, payload, compression: 'zlib' });
    expect(decodeGlueFrame(frame).payload).toHaveLength(GLUE_PAYLOAD_BYTES_MAX);
  });
});
