import { expect, test } from 'vitest';
import { patternRisk } from '../../lib/schema/pattern-check.ts';

test.each([
  '',
  '^[A-Z]{3}$',
  '^[a-z]+(-[a-z]+)*$',
  '^(ab|a)(b|bc)$',
  '^(a|ab)*$',
  '^(\\d{1,3}\\.){3}\\d{1,3}$',
  '^[^\\s@]+@[^\\s@]+\\.[a-z]{2,}$',
  'foo|bar',
  '[0-9]',
  '^.*$',
  '^.{1,200}$',
  '^(EUR|USD|GBP)$',
  '^[A-Z]{2}\\d{2}[A-Z0-9]{1,30}$',
  '^(\\+|00)[1-9]\\d{6,14}$',
  '^\\p{L}+( \\p{L}+)*$',
  '^v?\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$',
  '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$',
  '^(?<year>\\d{4})-\\u{1F600}\\x41\\u0042\\cJ\\t[\\b\\w-]$',
])('a pattern whose time grows with the text only is taken: %s', (pattern) => {
  expect(patternRisk(pattern)).toBeUndefined();
});

const twoWays = 'a repeated part can read the same text in two ways, as (a|a)* does: the time doubles with every character';
const again = 'it repeats what is repeated already, as (a+)+ does: the time doubles with every character';
const neighbours = 'two repeated parts in a row can share the same characters; put something between them that neither can match';
const unanchored = 'it has no ^ at its start and repeats something, so every place in the text is tried; start it with ^';

test.each([
  ['^(a+)+$', again],
  ['^(a+b?)+$', again],
  ['^(\\w+\\s?)*$', again],
  ['^([a-z]{1,50}){1,50}$', again],
  ['^(a|a)*$', twoWays],
  ['^(a|aa)+$', twoWays],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', twoWays],
  ['^(.|\\s){2,9}$', twoWays],
  ['^\\S+@\\S+$', neighbours],
  ['^\\s*\\s*$', neighbours],
  ['^\\d+\\d+$', neighbours],
  ['[a-z]+', unanchored],
  ['^a|b+', unanchored],
  ['^(a*)*$', 'it repeats something that may be empty, as (a*)* does'],
  ['^(a?){20}$', 'it repeats something that may be empty, as (a*)* does'],
  ['^(x?|y?)z$', 'more than one of its alternatives may be empty'],
  [`^${'a?'.repeat(15)}a$`, 'its options and alternatives can read the same text in too many ways'],
  ['^(?=a)b', 'it looks ahead or behind, which can take very long'],
  ['^(?<!a)b', 'it looks ahead or behind, which can take very long'],
  ['^(a)\\1$', 'it refers back to a group, which can take very long'],
  ['^(?<x>a)\\k<x>$', 'it refers back to a group, which can take very long'],
  ['^\\ud83d$', 'half a character (a surrogate) cannot be checked; write \\u{…}'],
  ['(', 'it is not a regular expression that JavaScript reads in Unicode mode'],
  ['a'.repeat(501), 'it is longer than 500 characters'],
  ['a'.repeat(101), 'it has more than 100 parts, too many to check'],
  [`${'('.repeat(21)}a${')'.repeat(21)}`, 'its groups are nested more than 20 deep'],
])('a pattern that may take long is refused: %s', (pattern, reason) => {
  expect(patternRisk(pattern)).toBe(reason);
});
