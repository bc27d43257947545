import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { metricName } from '../../lib/lambda/telemetry/telemetry.ts';
import { filesIn } from '../tidy/source.ts';
import { tableBelow } from './markdown.ts';

const page = readFileSync('docs/metrics.md', 'utf8');
const port = readFileSync('lib/runtime/ports/telemetry.ts', 'utf8');
const rows = (heading: string) =>
  tableBelow(page, heading).map(([metric = '', , alarm = '']) => ({ metric: metric.replaceAll('`', ''), alarm }));

/** Members of a union of texts in the port of telemetry. */
function namesOf(type: string): readonly string[] {
  const [, union = ''] = new RegExp(`export type ${type} =([^;]*);`).exec(port) ?? [];
  return [...union.matchAll(/'([a-z-]+)'/g)].map(([, name = '']) => name);
}

test.each([
  ['Counts', 'CounterName'],
  ['Times', 'TimingName'],
])('the table of %s has every metric once, and no other', (heading, type) => {
  const names = namesOf(type);
  expect(names.length).toBeGreaterThan(5);
  expect(
    rows(heading)
      .map(({ metric }) => metric)
      .sort(),
  ).toEqual(names.map(metricName).sort());
});

test('something writes each metric', () => {
  const code = filesIn(['lib/runtime', 'lib/operations', 'lib/lambda'])
    .filter((path) => path !== 'lib/runtime/ports/telemetry.ts')
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const unwritten = [...namesOf('CounterName'), ...namesOf('TimingName')].filter((name) => !code.includes(`'${name}'`));
  expect(unwritten).toEqual([]);
});

test('an alarm is said to be where the constructs make one', () => {
  const alarms = [...readFileSync('lib/cdk/service/service-alarms.ts', 'utf8').matchAll(/serviceMetric\(owner, '(\w+)'/g)].map(
    ([, name]) => name,
  );
  const said = [...rows('Counts'), ...rows('Times')].filter(({ alarm }) => alarm !== '').map(({ metric }) => metric);
  expect(said.sort()).toEqual(alarms.sort());
});
