// What the validators in generated code call: the same functions as ajv's own runtime, without ajv.

/** Characters as JSON Schema counts them: code points, so that an emoji is one. A lone surrogate counts as one. */
export function ucs2length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length - 1; index += 1) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) length -= 1;
  }
  return length;
}

function equalObjects(left: object, right: object): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  const values = new Map(Object.entries(right));
  return Object.entries(left).every(([key, value]) => values.has(key) && deepEqual(value, values.get(key)));
}

/** Equality of JSON values, own keys only. Nested as deep as the values: check the depth of a message first. */
export function deepEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (!Array.isArray(left) || !Array.isArray(right)) return Array.isArray(left) === Array.isArray(right) && equalObjects(left, right);
  return left.length === right.length && left.every((value, index) => deepEqual(value, right[index]));
}
