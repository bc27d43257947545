/** A running digest of everything that happened: two runs with the same seed have the same one. */
export interface Trace {
  /** Adds one thing that happened; the parts are kept apart. */
  note(...parts: readonly (string | number)[]): void;
  /** 16 hexadecimal digits. */
  digest(): string;
  /** Things noted so far. */
  readonly count: number;
}

/** Separates parts; it is in no id. */
const SEPARATOR = 31;

/** Two lanes of FNV-1a (Fowler, Noll, Vo) with different starts: 64 bits without BigInt. Tells runs apart; no protection. */
export function createTrace(): Trace {
  let left = 0x811c9dc5;
  let right = 0x6c62272e;
  let count = 0;
  const mix = (code: number) => {
    left = Math.imul(left ^ code, 0x01000193);
    right = Math.imul(right ^ code, 0x01000197);
    right ^= right >>> 15;
  };
  const hex = (lane: number) => (lane >>> 0).toString(16).padStart(8, '0');
  return {
    note(...parts) {
      count += 1;
      for (const part of parts) {
        const text = String(part);
        for (let index = 0; index < text.length; index += 1) mix(text.charCodeAt(index));
        mix(SEPARATOR);
      }
    },
    digest: () => hex(left) + hex(right),
    get count() {
      return count;
    },
  };
}
