import type { Paint } from '../terminal.ts';
import { counted, wrap } from '../text-layout.ts';
import { SEED_MAX } from '../world/fault-options.ts';
import type { DemoResult, SagaReport } from './report.ts';
import { duration } from './saga-text.ts';
import type { Troubles } from './troubles.ts';

/** How troubles are called in a sentence, one and many. */
const troubleNames: Readonly<Record<keyof Troubles, readonly [string, string]>> = {
  sentTwice: ['event sent twice', 'events sent twice'],
  outOfOrder: ['event out of order', 'events out of order'],
  crashesBeforeCommit: ['crash before a commit', 'crashes before a commit'],
  crashesAfterCommit: ['crash after a commit', 'crashes after a commit'],
  timeouts: ['process that hung', 'processes that hung'],
  failedTries: ['outside call that failed', 'outside calls that failed'],
  conflicts: ['write conflict', 'write conflicts'],
  throttled: ['call that the store refused', 'calls that the store refused'],
  lostAnswers: ['commit without an answer', 'commits without an answer'],
  failedPublishes: ['failed publish', 'failed publishes'],
};

/** `3 events sent twice, 1 crash before a commit`; empty when there were none. */
export function troublesText(troubles: Troubles): string {
  const names = Object.keys(troubleNames) as (keyof Troubles)[];
  return names.flatMap((name) => (troubles[name] === 0 ? [] : [counted(troubles[name], ...troubleNames[name])])).join(', ');
}

function endingsText(sagas: readonly SagaReport[]): string {
  const undone = new Map<string, number>();
  for (const { ending, because } of sagas)
    if (ending === 'undone') undone.set(because ?? 'other', (undone.get(because ?? 'other') ?? 0) + 1);
  const of = (kind: SagaReport['ending']) => sagas.filter(({ ending }) => ending === kind).length;
  const parts = [`${of('completed')} completed`];
  if (of('undone') > 0) parts.push(`${of('undone')} undone (${[...undone].map(([why, count]) => `${count} ${why}`).join(', ')})`);
  if (of('open') > 0) parts.push(`${of('open')} not ended`);
  return parts.join(', ');
}

function lettersText({ deadLetters }: DemoResult): string {
  const counts = new Map<string, number>();
  for (const { service, code } of deadLetters) counts.set(`${code} in ${service}`, (counts.get(`${code} in ${service}`) ?? 0) + 1);
  return [...counts].map(([what, count]) => `${count} ${what}`).join(', ') || 'none';
}

function row(label: string, text: string, paint: Paint): string {
  return `  ${paint('dim', label.padEnd(14))}${wrap(text, 82).join(`\n${' '.repeat(16)}`)}`;
}

function nextSteps({ options, deadLetters }: DemoResult): readonly (readonly [command: string, what: string])[] {
  const other = options.fail === 'shipping' ? 'notification' : 'shipping';
  const steps: (readonly [string, string])[] = [
    [
      `choreo demo --fail ${other}`,
      other === 'shipping' ? 'break a service, and watch payment and stock being undone' : 'a service is down; orders go on',
    ],
    ['choreo demo --serve', 'keep the shop running, and look at its sagas in a browser'],
    [`choreo demo --faults many --seed ${options.seed < SEED_MAX ? options.seed + 1 : 1}`, 'more faults, from another seed'],
  ];
  const [letter] = deadLetters;
  if (letter) steps.push([`choreo explain ${letter.code}`, 'what the code of a dead letter means']);
  return steps;
}

/** What the run came to, what was checked, and what to do next. */
export function summaryText(result: DemoResult, paint: Paint): string {
  const { sagas, troubles, duplicatesRefused, eventsPublished, checks, ok, virtualSeconds, options } = result;
  const width = Math.max(...checks.map(({ name }) => name.length));
  const broken = checks.filter(({ holds }) => !holds).length;
  const next = nextSteps(result);
  const commandWidth = Math.max(...next.map(([command]) => command.length));
  return [
    '',
    paint(
      'bold',
      `In short: ${counted(sagas.length, 'order')}, ${eventsPublished} events, ${duration(virtualSeconds * 1000)} of virtual time`,
    ),
    row('endings', endingsText(sagas), paint),
    row('went wrong', troublesText(troubles) || 'nothing', paint),
    row('copies', `${duplicatesRefused} refused: each service's journal knows what it has handled`, paint),
    row('dead letters', lettersText(result), paint),
    '',
    paint('bold', 'Checked'),
    ...checks.map(
      ({ name, holds, detail }) =>
        `  ${holds ? paint('green', '✓') : paint('red', '✗ broken:')} ${name.padEnd(width)}  ${paint('dim', detail)}`,
    ),
    ok
      ? ''
      : paint(
          'red',
          `\n${counted(broken, 'invariant')} broken. Please report it with: choreo demo --orders ${options.orders} --seed ${options.seed} --faults ${options.faults}\n`,
        ),
    `${paint('bold', 'What to try next')} ${paint('dim', '(not installed? write npx aws-choreography for choreo)')}`,
    ...next.map(([command, what]) => `  ${paint('cyan', command.padEnd(commandWidth))}  ${paint('dim', what)}`),
    '',
  ].join('\n');
}
