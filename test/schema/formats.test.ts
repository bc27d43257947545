import { describe, expect, test } from 'vitest';
import { formatLengths } from '../../lib/schema/format-lengths.ts';
import { formats } from '../../lib/schema/formats.ts';

const cases: Readonly<Record<keyof typeof formats, { good: readonly string[]; bad: readonly string[] }>> = {
  date: {
    good: ['2026-12-31', '2024-02-29', '2000-02-29'],
    bad: ['2026-02-29', '1900-02-29', '2026-13-01', '2026-04-31', '2026-1-1', '2026-01-00', ' 2026-01-01', ''],
  },
  'date-time': {
    good: [
      '2026-11-25T10:00:00Z',
      '2026-11-25t10:00:00z',
      '2026-11-25T10:00:00.123456789+02:00',
      '2016-12-31T23:59:60Z',
      '1990-12-31T15:59:60-08:00',
    ],
    bad: [
      '2026-11-25 10:00:00Z',
      '2026-11-25T10:00:00',
      '2026-11-25T24:00:00Z',
      '2026-11-25T10:60:00Z',
      '2026-11-25T10:00:60Z',
      '2026-02-30T10:00:00Z',
      '2026-11-25T10:00:00.1234567890Z',
      '2026-11-25T10:00:00+24:00',
      '2026-11-25',
    ],
  },
  time: {
    good: ['10:00:00Z', '23:59:60Z', '01:29:60+01:30', '10:00:00.5-05:30', '10:00:00.123456789-05:30'],
    bad: ['10:00:00', '10:00Z', '10:00:61Z', '22:59:60Z', '10:00:00+1:00'],
  },
  email: {
    good: ['a@example.com', 'a.b+c@mail.example.org', 'a@b.c', `${'a'.repeat(242)}@example.com`],
    bad: [
      'a',
      '@example.com',
      'a@example',
      'a@@example.com',
      'a..b@example.com',
      '.a@example.com',
      'a@-x.com',
      'a b@example.com',
      `${'a'.repeat(250)}@example.com`,
    ],
  },
  ipv4: { good: ['0.0.0.0', '255.255.255.255', '10.1.2.3'], bad: ['256.1.1.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.4.', '1.2.3.a'] },
  ipv6: {
    good: [
      '::',
      '::1',
      '1:2:3:4:5:6:7:8',
      '2001:db8::1',
      '::ffff:192.0.2.1',
      '1::8',
      '1:2:3:4:5:6:192.0.2.1',
      '1111:2222:3333:4444:5555:6666:255.255.255.255',
    ],
    bad: [
      ':',
      ':::',
      '1::2::3',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7::8:9',
      '12345::',
      'g::',
      '1:2:3:4:5:6:7:1.2.3.4',
      '::1.2.3.256',
      '1.2.3.4::',
      '1.2.3.4',
    ],
  },
  uri: {
    good: ['https://example.com/a?b=c#d', 'urn:isbn:0451450523', 'mailto:a@example.com', 'http://[::1]:80/', 'a:'],
    bad: ['example.com', '/a', 'http://a b', 'http://a/%zz', 'a:b#c#d', '://x', 'http://a\\b', 'http://ä'],
  },
  uuid: {
    good: ['123e4567-e89b-12d3-a456-426614174000', '00000000-0000-0000-0000-000000000000', '123E4567-E89B-12D3-A456-426614174000'],
    bad: [
      '123e4567e89b12d3a456426614174000',
      'urn:uuid:123e4567-e89b-12d3-a456-426614174000',
      '123e4567-e89b-12d3-a456-42661417400',
      '123e4567-e89b-12d3-a456-42661417400g',
    ],
  },
};

describe.each(Object.entries(cases))('the format %s', (name, { good, bad }) => {
  const check = formats[name as keyof typeof formats];
  test.each(good)('takes %j', (text) => expect(check(text)).toBe(true));
  test.each(bad)('refuses %j', (text) => expect(check(text)).toBe(false));
});

test.each(Object.entries(cases))(
  'the shortest and the longest text of the format %s are of the lengths that are known of it',
  (name, { good }) => {
    const lengths = good.map(({ length }) => length);
    const longest = name === 'uri' ? Number.POSITIVE_INFINITY : Math.max(...lengths);
    expect(formatLengths.get(name)).toEqual([Math.min(...lengths), longest]);
  },
);
