import { expect, test } from 'vitest';
import { readonlyArrays } from '../../lib/schema/readonly-arrays.ts';

test.each([
  ['string[]', 'readonly string[]'],
  ['string[][]', 'readonly (readonly string[])[]'],
  ['number[][][]', 'readonly (readonly (readonly number[])[])[]'],
  ['("a" | "b[]")[]', 'readonly ("a" | "b[]")[]'],
  ['(string[] | -1[])[] | null', 'readonly (readonly string[] | readonly -1[])[] | null'],
  ['{ a: { b?: string[] }[]; }[]', 'readonly { a: readonly { b?: readonly string[] }[]; }[]'],
  ['[string, number[]]', 'readonly [string, readonly number[]]'],
  ['[string, ...number[]][]', 'readonly (readonly [string, ...readonly number[]])[]'],
  ['{"a":[],"b":[[]]}[]', 'readonly {"a":readonly [],"b":readonly [readonly []]}[]'],
  ['[[string], [number]]', 'readonly [readonly [string], readonly [number]]'],
  ['{ [k: string]: unknown; }', '{ [k: string]: unknown; }'],
  ['{ a: string; [k: string]: string[] }[]', 'readonly { a: string; [k: string]: readonly string[] }[]'],
  ['{ /** Of `a[]`. */ "a[]": string[] }', '{ /** Of `a[]`. */ "a[]": readonly string[] }'],
  ['export interface A { größe$: unknown[]; }', 'export interface A { größe$: readonly unknown[]; }'],
  ['export type A = string & { b: never[] }', 'export type A = string & { b: readonly never[] }'],
  ['{ "a\\"[]": "\\\\"[] }', '{ "a\\"[]": readonly "\\\\"[] }'],
])('%s', (given, made) => {
  expect(readonlyArrays(given)).toBe(made);
});
