import { refusePattern } from './refusal.ts';

type Bytes = readonly number[];

/** The 4 or 16 bytes of an address; `undefined` for other text. An IPv4 address in IPv6 form (`::ffff:102:304`) gives 4, as on AWS. */
export function ipBytes(text: string): Bytes | undefined {
  if (text.length > 45) return undefined;
  return text.includes(':') ? version6(text) : version4(text);
}

/** Whether both are the same address, however it is written. */
export function isSameIp(a: Bytes, b: Bytes | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/**
 * A test for addresses inside a block such as `10.0.0.0/8`; bits after the mask are ignored.
 * @throws INVALID_EVENT_PATTERN also for a mask of all bits (`/32`, `/128`), which AWS refuses: write the address as a plain value
 */
export function cidrTest(text: string, path: string): (value: string) => boolean {
  const [address = '', mask = '', ...more] = text.split('/');
  const block = ipBytes(address);
  if (block === undefined || more.length > 0 || !/^\d{1,3}$/.test(mask)) {
    refusePattern(
      path,
      `is not an address block: write an IPv4 or IPv6 address, a slash and the number of fixed bits, for example "10.0.0.0/24"`,
    );
  }
  const bits = Number(mask);
  const limit = block.length * 8;
  if (bits >= limit) refusePattern(path, `fixes ${bits} bits: give less than ${limit}, or write a single address as a plain value`);
  return (value) => {
    const bytes = ipBytes(value);
    return bytes !== undefined && bytes.length === block.length && sameStart(bytes, block, bits);
  };
}

function sameStart(bytes: Bytes, block: Bytes, bits: number): boolean {
  return bytes.every((byte, index) => {
    const fixed = Math.min(8, Math.max(0, bits - index * 8));
    return byte >> (8 - fixed) === (block[index] ?? 0) >> (8 - fixed);
  });
}

function version4(text: string): Bytes | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.map(Number);
}

function version6(text: string): Bytes | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const bytes = groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return mapped ? bytes.slice(12) : bytes;
}
