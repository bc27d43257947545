// A certificate for localhost, made anew for each run: node:crypto signs, but writes no certificates, so the few bytes
// around the key are put together here (RFC 5280).
import { generateKeyPairSync, sign } from 'node:crypto';

/** A key and its self-signed certificate, as PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Hours that it is valid, in both directions. */
const VALID_HOURS = 24;

/** Tag, length, content: how everything is written in a certificate. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...contents: readonly Uint8Array[]) => der(0x30, ...contents);
const bits = (content: Uint8Array) => der(0x03, Buffer.from([0]), content);
const text = (tag: number, value: string) => der(tag, Buffer.from(value));
const hex = (tag: number, value: string) => der(tag, Buffer.from(value, 'hex'));

const COMMON_NAME = hex(0x06, '550403');
const ECDSA_SHA256 = sequence(hex(0x06, '2a8648ce3d040302'));
const BASIC_CONSTRAINTS = hex(0x06, '551d13');
const SUBJECT_ALTERNATIVE_NAME = hex(0x06, '551d11');
const TRUE = hex(0x01, 'ff');

/** `YYMMDDHHMMSSZ` */
function utcTime(at: number): Buffer {
  return text(0x17, `${new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`);
}

/** A certificate for `localhost` that signs itself. */
export function createCertificate(): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(0x31, sequence(COMMON_NAME, text(0x0c, 'localhost'))));
  const [from, to] = [-1, 1].map((way) => utcTime(Date.now() + way * VALID_HOURS * 3_600_000)) as [Buffer, Buffer];
  const extensions = sequence(
    sequence(BASIC_CONSTRAINTS, TRUE, der(0x04, sequence(TRUE))),
    sequence(SUBJECT_ALTERNATIVE_NAME, der(0x04, sequence(text(0x82, 'localhost')))),
  );
  const signed = sequence(
    der(0xa0, hex(0x02, '02')), // version 3
    hex(0x02, '01'), // serial number
    ECDSA_SHA256,
    name,
    sequence(from, to),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const whole = sequence(signed, ECDSA_SHA256, bits(sign('sha256', signed, privateKey)));
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}
