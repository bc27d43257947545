import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isChoreographyError } from '../../lib/contract/errors.ts';
import { compileEventPattern, matchesEventPattern } from '../../lib/embedded/event-pattern/index.ts';

const ec2 = {
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '012345679012',
  time: '2017-10-02T16:24:49Z',
  region: 'us-east-1',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-1', 'arn:aws:ec2:us-east-1:123456789012:instance/i-2'],
  detail: { 'c-count': 5, 'd-count': 3, 'x-limit': 301.8, 'source-ip': '10.0.0.33', state: 'running', spot: true, group: null, tags: [] },
};
const employees = {
  employees: [
    { firstName: 'John', lastName: 'Doe' },
    { firstName: 'Anna', lastName: 'Smith' },
    { firstName: 'Peter', lastName: 'Jones', left: true },
  ],
};

type Row = readonly [rule: string, pattern: object, event: object, matches: boolean];
const field = (...conditions: readonly unknown[]) => ({ field: conditions });

function check(rows: readonly Row[]): void {
  test.each(rows)('%s', (_rule, pattern, event, matches) => {
    expect(matchesEventPattern(pattern, event)).toBe(matches);
    expect(matchesEventPattern(JSON.stringify(pattern), event)).toBe(matches);
  });
}

describe('plain values', () => {
  check([
    ['all named fields must match', { source: ['aws.ec2'], detail: { state: ['running'] } }, ec2, true],
    ['one field that differs is enough to fail', { source: ['aws.ec2'], detail: { state: ['stopped'] } }, ec2, false],
    ['one entry of a list is enough', { detail: { state: ['stopped', 'running'] } }, ec2, true],
    [
      'a list in the event matches when the lists have a value in common',
      { resources: ['x', 'arn:aws:ec2:us-east-1:123456789012:instance/i-2'] },
      ec2,
      true,
    ],
    ['a list in the event without a common value does not match', { resources: ['x'] }, ec2, false],
    ['text is compared with its case', { source: ['AWS.ec2'] }, ec2, false],
    ['a number is not the text of it', { detail: { 'c-count': ['5'] } }, ec2, false],
    ['a boolean matches', { detail: { spot: [true] } }, ec2, true],
    ['a boolean is not the text of it', { detail: { spot: ['true'] } }, ec2, false],
    ['null matches null', { detail: { group: [null] } }, ec2, true],
    ['null does not match an absent field', { detail: { nothing: [null] } }, ec2, false],
    ['empty text matches empty text', field(''), { field: '' }, true],
    ['empty text does not match null', field(''), { field: null }, false],
    ['numbers match by value, whatever the notation', field(3.018e2), { field: 301.8 }, true],
    ['numbers beyond the range of operators match as plain values', field(123456789012), { field: 123456789012 }, true],
    ['an object is no value', field('x'), { field: { x: 'x' } }, false],
    ['a field below a value is absent', { field: { deeper: ['x'] } }, { field: 'x' }, false],
    ['a name with dots equals the nested path', { 'detail.state': ['running'] }, ec2, true],
    ['a nested path equals a name with dots', { a: { b: [1] } }, { 'a.b': 1 }, true],
    ['an empty name is a name', { '': { x: [1] } }, { x: 1 }, false],
    ['an empty name in the event matches an empty name', { '': { x: [1] } }, { '': { x: 1 } }, true],
    ['an inherited name is not a field', { toString: [{ exists: true }] }, {}, false],
    ['an address matches any way of writing it', field('2001:db8::1'), { field: '2001:0DB8:0:0:0:0:0:1' }, true],
    ['the operator exactly is the plain text', field({ exactly: 'a' }), { field: 'a' }, true],
    ['a list is no event', field({ exists: false }), [], false],
  ]);

  test('1.0 in the text of a pattern equals 1', () => {
    expect(matchesEventPattern('{"field":[1.0]}', { field: 1 })).toBe(true);
    expect(matchesEventPattern('{"field":[1e3]}', { field: 1000 })).toBe(true);
  });
});

describe('operators on text', () => {
  check([
    ['prefix: the start', field({ prefix: 'us-' }), { field: 'us-east-1' }, true],
    ['prefix: not the middle', field({ prefix: 'east' }), { field: 'us-east-1' }, false],
    ['prefix: not of a number', field({ prefix: '1' }), { field: 12 }, false],
    ['prefix: empty text starts every text', field({ prefix: '' }), { field: 'x' }, true],
    ['prefix without case', field({ prefix: { 'equals-ignore-case': 'EventB' } }), { field: 'eVENTbridge' }, true],
    ['prefix without case: other letters', field({ prefix: { 'equals-ignore-case': 'EventC' } }), { field: 'eventbridge' }, false],
    ['suffix: the end', field({ suffix: '.png' }), { field: 'a.png' }, true],
    ['suffix: with its case', field({ suffix: '.png' }), { field: 'a.PNG' }, false],
    ['suffix without case', field({ suffix: { 'equals-ignore-case': '.png' } }), { field: 'a.PnG' }, true],
    ['suffix without case: longer than the value', field({ suffix: { 'equals-ignore-case': 'xa.png' } }), { field: 'A.PNG' }, false],
    ['equals-ignore-case', field({ 'equals-ignore-case': 'aLiCe' }), { field: 'ALIce' }, true],
    ['equals-ignore-case: the whole text', field({ 'equals-ignore-case': 'alice' }), { field: 'alice2' }, false],
    ['equals-ignore-case: a letter whose upper case is longer', field({ 'equals-ignore-case': 'straße' }), { field: 'STRASSE' }, true],
    [
      'suffix without case: a letter whose upper case is longer',
      field({ suffix: { 'equals-ignore-case': 'aß' } }),
      { field: 'xASS' },
      true,
    ],
    ['wildcard: in the middle', field({ wildcard: 'dir/*.png' }), { field: 'dir/a.png' }, true],
    ['wildcard: stands for nothing too', field({ wildcard: 'a*b' }), { field: 'ab' }, true],
    ['wildcard: the parts may not overlap', field({ wildcard: 'aba*aba' }), { field: 'ababa' }, false],
    ['wildcard: a middle part may not overlap the last', field({ wildcard: 'a*bc*cd' }), { field: 'abcd' }, false],
    ['wildcard: several', field({ wildcard: '*/lib/*.js' }), { field: 'x/lib/y/z.js' }, true],
    ['wildcard: parts in order', field({ wildcard: '*b*a*' }), { field: 'ab' }, false],
    ['wildcard: the whole text', field({ wildcard: 'a*b' }), { field: 'axbx' }, false],
    ['wildcard: alone, any text', field({ wildcard: '*' }), { field: '' }, true],
    ['wildcard: not a number', field({ wildcard: '*' }), { field: 1 }, false],
    ['wildcard: an escaped asterisk is itself', field({ wildcard: 'a\\*b' }), { field: 'a*b' }, true],
    ['wildcard: an escaped asterisk is only itself', field({ wildcard: 'a\\*b' }), { field: 'axb' }, false],
    ['wildcard: an escaped backslash is itself', field({ wildcard: 'a\\\\*' }), { field: 'a\\b' }, true],
    ['wildcard: an escaped asterisk beside a wildcard', field({ wildcard: '\\**' }), { field: '*x' }, true],
    ['wildcard: none, the plain text', field({ wildcard: '' }), { field: 'x' }, false],
  ]);
});

describe('anything-but', () => {
  check([
    ['another text', field({ 'anything-but': 'initializing' }), { field: 'running' }, true],
    ['the text itself', field({ 'anything-but': 'initializing' }), { field: 'initializing' }, false],
    ['a list of texts', field({ 'anything-but': ['a', 'b'] }), { field: 'b' }, false],
    ['a number', field({ 'anything-but': 123 }), { field: 123.0 }, false],
    ['a list of numbers', field({ 'anything-but': [100, 200] }), { field: 300 }, true],
    ['the text of an excluded number', field({ 'anything-but': 123 }), { field: '123' }, true],
    ['null is anything but a text', field({ 'anything-but': 'a' }), { field: null }, true],
    ['an absent field does not match', field({ 'anything-but': 'a' }), {}, false],
    ['an empty list in the event does not match', field({ 'anything-but': 'a' }), { field: [] }, false],
    ['one other value of a list in the event is enough', field({ 'anything-but': 'a' }), { field: ['a', 'b'] }, true],
    ['prefix', field({ 'anything-but': { prefix: 'init' } }), { field: 'initial' }, false],
    ['prefix: another type', field({ 'anything-but': { prefix: 'init' } }), { field: 7 }, true],
    ['prefix list', field({ 'anything-but': { prefix: ['init', 'err'] } }), { field: 'error' }, false],
    ['suffix', field({ 'anything-but': { suffix: '.png' } }), { field: 'a.jpg' }, true],
    ['suffix list', field({ 'anything-but': { suffix: ['.png', '.jpg'] } }), { field: 'a.jpg' }, false],
    ['equals-ignore-case', field({ 'anything-but': { 'equals-ignore-case': 'Stopped' } }), { field: 'STOPPED' }, false],
    ['equals-ignore-case list', field({ 'anything-but': { 'equals-ignore-case': ['a', 'b'] } }), { field: 'c' }, true],
    ['wildcard', field({ 'anything-but': { wildcard: '*/lib/*' } }), { field: 'a/lib/b' }, false],
    ['wildcard list', field({ 'anything-but': { wildcard: ['*.jar', '*.class'] } }), { field: 'a.class' }, false],
  ]);
});

describe('numbers, addresses, presence', () => {
  check([
    ['numeric =', field({ numeric: ['=', 3.018e2] }), { field: 301.8 }, true],
    ['numeric < excludes the bound', field({ numeric: ['<', 10] }), { field: 10 }, false],
    ['numeric <= includes the bound', field({ numeric: ['<=', 10] }), { field: 10 }, true],
    ['numeric > excludes the bound', field({ numeric: ['>', 10] }), { field: 10 }, false],
    ['numeric >= includes the bound', field({ numeric: ['>=', 10] }), { field: 10 }, true],
    ['numeric range: inside', field({ numeric: ['>', 0, '<=', 5] }), { field: 5 }, true],
    ['numeric range: below', field({ numeric: ['>', 0, '<=', 5] }), { field: 0 }, false],
    ['numeric range: above', field({ numeric: ['>=', 0, '<', 5] }), { field: 5 }, false],
    ['numeric: not the text of a number', field({ numeric: ['=', 5] }), { field: '5' }, false],
    ['numeric: not beyond the range that AWS compares', field({ numeric: ['>', 0] }), { field: 5_000_000_001 }, false],
    ['numeric: the bounds of the range are compared', field({ numeric: ['>=', -5e9, '<', 5e9] }), { field: -5e9 }, true],
    ['cidr: inside', field({ cidr: '10.0.0.0/24' }), { field: '10.0.0.255' }, true],
    ['cidr: outside', field({ cidr: '10.0.0.0/24' }), { field: '10.0.1.0' }, false],
    ['cidr: a mask inside a byte', field({ cidr: '10.0.0.77/26' }), { field: '10.0.0.64' }, true],
    ['cidr: outside a mask inside a byte', field({ cidr: '10.0.0.77/26' }), { field: '10.0.0.128' }, false],
    ['cidr: no fixed bits', field({ cidr: '0.0.0.0/0' }), { field: '255.1.2.3' }, true],
    ['cidr: IPv6', field({ cidr: '2001:db8::/32' }), { field: '2001:db8:1::5' }, true],
    ['cidr: IPv6 outside', field({ cidr: '2001:db8::/32' }), { field: '2001:db9::1' }, false],
    ['cidr: IPv4 in IPv6 form is IPv4', field({ cidr: '1.2.3.0/24' }), { field: '::ffff:102:304' }, true],
    [
      'cidr: an address with the same bits behind others is none in IPv4 form',
      field({ cidr: '1.2.3.0/24' }),
      { field: '2001:db8::ffff:102:304' },
      false,
    ],
    ['cidr: IPv6 is never in an IPv4 block', field({ cidr: '10.0.0.0/8' }), { field: 'a00::1' }, false],
    ['cidr: no address', field({ cidr: '10.0.0.0/24' }), { field: '10.0.0.256' }, false],
    ['exists true: a value', field({ exists: true }), { field: 0 }, true],
    ['exists true: null is a value', field({ exists: true }), { field: null }, true],
    ['exists true: absent', field({ exists: true }), {}, false],
    ['exists true: an object is no leaf', field({ exists: true }), { field: { a: 1 } }, false],
    ['exists false: an object is no leaf', field({ exists: false }), { field: { a: 1 } }, true],
    ['exists false: an empty list is absent', field({ exists: false }), { field: [] }, true],
    ['exists false: a value', field({ exists: false }), { field: 1 }, false],
    ['exists false beside a value: either', field({ exists: false }, 'a'), { field: 'a' }, true],
    ['exists false beside a value: neither', field({ exists: false }, 'a'), { field: 'b' }, false],
  ]);
});

describe('$or', () => {
  const price = { $or: [{ a: [1] }, { b: [{ numeric: ['>', 5] }] }] };
  check([
    ['the first', price, { a: 1 }, true],
    ['the second', price, { a: 2, b: 6 }, true],
    ['neither', price, { a: 2, b: 5 }, false],
    ['siblings must match too', { source: ['s'], ...price }, { source: 't', a: 1 }, false],
    ['siblings and one of the list', { source: ['s'], ...price }, { source: 's', b: 7 }, true],
    ['below a field', { detail: price }, { detail: { b: 7 } }, true],
    [
      'two lists: both must have one',
      { $or: [{ a: [1] }, { b: [1] }], detail: { $or: [{ c: [1] }, { d: [1] }] } },
      { a: 1, detail: { e: 1 } },
      false,
    ],
    ['nested: the inner list', { $or: [{ a: [1] }, { b: [2], $or: [{ c: [3] }, { d: [4] }] }] }, { b: 2, d: 4 }, true],
    ['nested: the sibling of the inner list', { $or: [{ a: [1] }, { b: [2], $or: [{ c: [3] }, { d: [4] }] }] }, { d: 4 }, false],
    ['the same field may stand in different entries', { $or: [{ a: [1] }, { a: [2], b: [1] }] }, { a: 2, b: 1 }, true],
  ]);
});

describe('lists of objects in the event', () => {
  const both = { list: { a: [1], b: [2] } };
  check([
    ['a field of any element', { employees: { firstName: ['Anna'] } }, employees, true],
    ['two fields of one element', { employees: { firstName: ['Anna'], lastName: ['Smith'] } }, employees, true],
    ['never two fields of different elements', { employees: { firstName: ['Anna'], lastName: ['Jones'] } }, employees, false],
    ['lists in lists are one path', both, { list: [[{ a: 1, b: 2 }]] }, true],
    ['lists in lists: different elements of the inner list', both, { list: [[{ a: 1 }, { b: 2 }]] }, false],
    ['lists in lists: different elements of the outer list', both, { list: [[{ a: 1 }], [{ b: 2 }]] }, false],
    ['lists side by side are independent', { l: { a: [1] }, r: { b: [2] } }, { l: [{ a: 0 }, { a: 1 }], r: [{ b: 2 }, { b: 0 }] }, true],
    ['a field beside the list goes with every element', { id: [7], ...both }, { id: 7, list: [{ a: 1 }, { a: 1, b: 2 }] }, true],
    ['plain values of one list may be different elements', { list: ['x'], other: ['y'] }, { list: ['a', 'x'], other: 'y' }, true],
    [
      'a list below an element belongs to it',
      { list: { a: [1], tags: ['t'] } },
      {
        list: [
          { a: 1, tags: ['u'] },
          { a: 2, tags: ['t'] },
        ],
      },
      false,
    ],
    ['a later field absent from the same element', { employees: { firstName: ['Anna'], left: [{ exists: false }] } }, employees, true],
    ['a later field present in the same element', { employees: { firstName: ['Peter'], left: [{ exists: false }] } }, employees, false],
    [
      'absent fields are judged in order of their names: an earlier name looks at all elements',
      { l: { a: [{ exists: false }], b: [1] } },
      { l: [{ a: 1 }, { b: 1 }] },
      false,
    ],
    ['the order in the pattern does not count', { l: { b: [1], a: [{ exists: false }] } }, { l: [{ a: 1 }, { b: 1 }] }, false],
    [
      'an element that fails is not the end of the search',
      both,
      {
        list: [
          { a: 1, b: 0 },
          { a: 1, b: 2 },
        ],
      },
      true,
    ],
  ]);

  test('lists in lists are searched to the depth that AWS allows, and no further', () => {
    const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}"x"${']'.repeat(levels)}`) as unknown;
    expect(matchesEventPattern(field('x'), { field: nested(1_000) })).toBe(true);
    expect(matchesEventPattern(field('x'), { field: nested(50_000) })).toBe(false);
  });

  test('long lists side by side do not multiply', () => {
    const list = (entry: object) => Array.from({ length: 200 }, () => entry);
    const event = { l: list({ a: 1 }), m: list({ a: 1 }), n: list({ a: 1 }), o: [{ a: 1, b: 2 }, { a: 2 }] };
    const pattern = { l: { a: [1] }, m: { a: [1] }, n: { a: [1] }, o: { a: [2], b: [2] } };
    expect(matchesEventPattern(pattern, event)).toBe(false);
  });
});

describe('refused patterns', () => {
  const or = (count: number, name: string) => ({ [name]: { $or: Array.from({ length: count }, (_, i) => ({ [`f${i}`]: [1] })) } });
  const deep = (levels: number): object => (levels === 0 ? { a: [1] } : { a: deep(levels - 1) });
  test.each<readonly [why: string, pattern: unknown, path: string, message: RegExp]>([
    ['text that is not JSON', '{"a":', '', /not JSON/],
    ['a list', '[]', '', /must be an object/],
    ['null', null, '', /must be an object/],
    ['a value that JSON cannot hold', { a: [1n] }, '', /cannot be written as JSON/],
    ['more than 4096 characters', { a: ['x'.repeat(4_090)] }, '', /4100 characters/],
    ['an empty pattern', {}, '', /empty object/],
    ['an empty object inside', { a: { b: {} } }, 'a.b', /empty object/],
    ['an empty list', { a: [] }, 'a', /empty list/],
    ['a value outside a list', { a: 'x' }, 'a', /write \["x"\]/],
    ['a list in a list', { a: [['x']] }, 'a[0]', /needs a string, number/],
    ['an unknown operator', { a: ['x', { regex: 'x' }] }, 'a[1]', /unknown operator "regex"/],
    ['an operator named like a built-in', { a: [{ constructor: 'x' }] }, 'a[0]', /unknown operator/],
    ['no operator', { a: [{}] }, 'a[0]', /exactly one operator/],
    ['two operators', { a: [{ prefix: 'x', suffix: 'y' }] }, 'a[0]', /exactly one operator/],
    ['prefix of a number', { a: [{ prefix: 1 }] }, 'a[0].prefix', /needs text/],
    ['prefix with another operator', { a: [{ prefix: { suffix: 'x' } }] }, 'a[0].prefix', /equals-ignore-case/],
    ['suffix without case of a number', { a: [{ suffix: { 'equals-ignore-case': 1 } }] }, 'a[0].suffix.equals-ignore-case', /needs text/],
    ['two wildcards in a row', { a: [{ wildcard: 'a**b' }] }, 'a[0].wildcard', /two wildcards in a row at character 1/],
    ['a backslash before another letter', { a: [{ wildcard: 'a\\b' }] }, 'a[0].wildcard', /backslash at character 1/],
    ['a backslash at the end', { a: [{ wildcard: 'a\\' }] }, 'a[0].wildcard', /backslash/],
    ['anything-but of a boolean', { a: [{ 'anything-but': true }] }, 'a[0].anything-but', /text or a number/],
    ['anything-but of null in a list', { a: [{ 'anything-but': ['x', null] }] }, 'a[0].anything-but[1]', /text or a number/],
    ['anything-but of mixed types', { a: [{ 'anything-but': ['x', 1] }] }, 'a[0].anything-but', /mixes/],
    ['anything-but of an empty list', { a: [{ 'anything-but': [] }] }, 'a[0].anything-but', /empty list/],
    ['anything-but of an empty prefix', { a: [{ 'anything-but': { prefix: '' } }] }, 'a[0].anything-but.prefix', /is empty/],
    [
      'anything-but of an empty suffix in a list',
      { a: [{ 'anything-but': { suffix: ['x', ''] } }] },
      'a[0].anything-but.suffix[1]',
      /is empty/,
    ],
    [
      'anything-but of an operator it does not take',
      { a: [{ 'anything-but': { cidr: '10.0.0.0/8' } }] },
      'a[0].anything-but',
      /cannot take/,
    ],
    ['anything-but of two operators', { a: [{ 'anything-but': { prefix: 'x', suffix: 'y' } }] }, 'a[0].anything-but', /more than one/],
    [
      'anything-but with a prefix without case',
      { a: [{ 'anything-but': { prefix: { 'equals-ignore-case': 'x' } } }] },
      'a[0].anything-but.prefix',
      /needs text/,
    ],
    ['anything-but of a large number', { a: [{ 'anything-but': 123456789012 }] }, 'a[0].anything-but', /-5e9 to 5e9/],
    ['numeric outside a list', { a: [{ numeric: 5 }] }, 'a[0].numeric', /needs a list/],
    ['numeric without a number', { a: [{ numeric: ['>'] }] }, 'a[0].numeric', /1 entries/],
    ['numeric with three entries', { a: [{ numeric: ['>', 1, '<'] }] }, 'a[0].numeric', /3 entries/],
    ['numeric with an unknown operator', { a: [{ numeric: ['!=', 1] }] }, 'a[0].numeric[0]', /use one of = > >= < <=/],
    ['numeric range with the upper bound first', { a: [{ numeric: ['<', 5, '>', 1] }] }, 'a[0].numeric[0]', /use one of > >=/],
    ['numeric range with two lower bounds', { a: [{ numeric: ['>', 1, '>', 2] }] }, 'a[0].numeric[2]', /use one of < <=/],
    ['numeric range that is empty', { a: [{ numeric: ['>=', 5, '<=', 5] }] }, 'a[0].numeric', /empty range/],
    ['numeric with text', { a: [{ numeric: ['>', '1'] }] }, 'a[0].numeric[1]', /needs a number/],
    ['numeric above the range', { a: [{ numeric: ['>', 5_000_000_001] }] }, 'a[0].numeric[1]', /-5e9 to 5e9/],
    ['numeric below the range', { a: [{ numeric: ['<', -5_000_000_001] }] }, 'a[0].numeric[1]', /-5e9 to 5e9/],
    ['numeric with seven decimals', { a: [{ numeric: ['=', 0.1234567] }] }, 'a[0].numeric[1]', /6 digits/],
    ['cidr without a mask', { a: [{ cidr: '10.0.0.0' }] }, 'a[0].cidr', /address block/],
    ['cidr without an address', { a: [{ cidr: 'x/8' }] }, 'a[0].cidr', /address block/],
    ['cidr with two slashes', { a: [{ cidr: '10.0.0.0/8/8' }] }, 'a[0].cidr', /address block/],
    ['cidr of all bits', { a: [{ cidr: '10.0.0.1/32' }] }, 'a[0].cidr', /less than 32/],
    ['cidr of all bits, IPv6', { a: [{ cidr: '::1/128' }] }, 'a[0].cidr', /less than 128/],
    ['exists with text', { a: [{ exists: 'true' }] }, 'a[0].exists', /true or false/],
    ['$or with one entry', { $or: [{ a: [1] }] }, '$or', /at least 2/],
    ['$or outside a list', { b: { $or: { a: [1] } } }, 'b.$or', /list of patterns/],
    ['$or of values', { $or: ['a', 'b'] }, '$or[0]', /must be an object/],
    ['$or with an empty entry', { $or: [{ a: [1] }, {}] }, '$or[1]', /empty object/],
    ['an operator as a field inside $or', { $or: [{ a: [1] }, { numeric: ['=', 1] }] }, '$or[1].numeric', /operator name/],
    ['an operator below a field inside $or', { $or: [{ a: [1] }, { b: { prefix: ['x'] } }] }, '$or[1].b.prefix', /operator name/],
    ['a field beside a $or that names it again', { a: [1], $or: [{ a: [2] }, { b: [1] }] }, '', /conditions for a in two places/],
    ['a field twice by a name with dots', { 'a.b': [1], a: { b: [2] } }, '', /conditions for a\.b in two places/],
    ['more than 1000 combinations', { ...or(11, 'x'), ...or(10, 'y'), ...or(10, 'z') }, '', /1100 combinations/],
    ['more than 100 levels', deep(101), Array(100).fill('a').join('.'), /100 levels/],
  ])('%s', (_why, pattern, path, message) => {
    const error = thrown(() => compileEventPattern(pattern as object));
    expect(isChoreographyError(error, 'INVALID_EVENT_PATTERN')).toBe(true);
    expect(error).toMatchObject({ message: expect.stringMatching(message), details: { path }, retryable: false });
  });

  test('up to the limits a pattern is taken', () => {
    expect(compileEventPattern({ a: ['x'.repeat(4_086)] })({ a: 'y' })).toBe(false);
    expect(compileEventPattern({ ...or(10, 'x'), ...or(10, 'y'), ...or(10, 'z') })({ x: { f1: 1 }, y: { f9: 1 }, z: { f0: 1 } })).toBe(
      true,
    );
    expect(compileEventPattern(deep(99))(deep(99))).toBe(true);
  });

  test('a pattern that is changed later keeps its first meaning', () => {
    const pattern = { a: ['x'] };
    const matches = compileEventPattern(pattern);
    pattern.a[0] = 'y';
    expect(matches({ a: 'x' })).toBe(true);
  });
});

describe('for all values', () => {
  const text = fc.string({ maxLength: 12 });
  const number = fc.integer({ min: -5_000_000, max: 5_000_000 }).map((value) => value / 1_000);
  const value = fc.oneof(text, number, fc.boolean(), fc.constant(null), fc.constantFrom('a', 'b', 1, 2));
  const literal = text.map((letters) => letters.replaceAll(/[*\\]/g, '\\$&'));
  const notEmpty = fc.string({ minLength: 1, maxLength: 3 });
  const operand = fc
    .oneof(
      fc.constantFrom<readonly [unknown, readonly unknown[]]>(['a', ['a']], [1, [1]]),
      fc
        .oneof(fc.array(text, { minLength: 1, maxLength: 4 }), fc.array(number, { minLength: 1, maxLength: 4 }))
        .map((list) => [list, list] as const),
      fc
        .oneof(
          fc.tuple(fc.constantFrom('prefix', 'suffix'), fc.array(notEmpty, { minLength: 1, maxLength: 3 })),
          fc.tuple(fc.constantFrom('equals-ignore-case'), fc.array(text, { minLength: 1, maxLength: 3 })),
          fc.tuple(
            fc.constantFrom('wildcard'),
            fc.array(
              fc.tuple(literal, literal).map(([a, b]) => `${a.slice(0, 1)}*${b === '' ? '' : `${b}*`}`),
              { minLength: 1, maxLength: 3 },
            ),
          ),
        )
        .map(([operator, list]) => [{ [operator]: list }, list.map((entry) => ({ [operator]: entry }))] as const),
    )
    .filter(([excluded]) => isTaken(excluded));

  test('anything-but is the complement of the match when the field is there, and fails when it is not', () => {
    fc.assert(
      fc.property(operand, value, ([excluded, positive], present) => {
        const but = compileEventPattern(field({ 'anything-but': excluded }));
        expect(but({ field: present })).toBe(!matchesEventPattern(field(...positive), { field: present }));
        expect(but({})).toBe(false);
      }),
    );
  });

  test('an unknown operator is always refused', () => {
    const known = ['exactly', 'prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'numeric', 'cidr', 'exists', 'anything-but'];
    fc.assert(
      fc.property(
        fc.string().filter((name) => !known.includes(name) && name.length < 50),
        fc.jsonValue({ maxDepth: 1 }),
        (operator, any) => {
          const entry = Object.fromEntries([[operator, any]]);
          expect(
            isChoreographyError(
              thrown(() => compileEventPattern(field(entry))),
              'INVALID_EVENT_PATTERN',
            ),
          ).toBe(true);
        },
      ),
    );
  });

  test('no event makes a compiled pattern throw', () => {
    const conditions = [
      'a',
      1,
      null,
      { exists: false },
      { prefix: 'a' },
      { wildcard: '*a*' },
      { cidr: '::/1' },
      { numeric: ['>', 0] },
      { 'anything-but': 'a' },
    ];
    const names = fc.constantFrom('a', 'b', 'c', '__proto__', '');
    const { event } = fc.letrec<{ event: unknown }>((tie) => ({
      event: fc.oneof(
        { depthSize: 'small' },
        value,
        fc.array(tie('event'), { maxLength: 4 }),
        fc.dictionary(names, tie('event'), { maxKeys: 4 }),
      ),
    }));
    const matchers = conditions.map((condition) =>
      compileEventPattern({ a: [condition], b: { a: [condition], c: [condition] }, $or: [{ c: [condition] }, { '': [condition] }] }),
    );
    fc.assert(fc.property(event, (any) => matchers.every((matches) => typeof matches(any as object) === 'boolean')));
  });

  test('any JSON value as a pattern is compiled or refused with the one code', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (any) => {
        const error = thrown(() => compileEventPattern(any as object));
        expect(error === undefined || isChoreographyError(error, 'INVALID_EVENT_PATTERN')).toBe(true);
      }),
    );
  });
});

function isTaken(excluded: unknown): boolean {
  return thrown(() => compileEventPattern(field({ 'anything-but': excluded }))) === undefined;
}

function thrown(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
