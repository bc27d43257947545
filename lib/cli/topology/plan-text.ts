import { OUTSIDE_CALL } from '../../topology/plan/delivery.ts';
import type { Plan, SagaPlan, WayPlan } from '../../topology/plan/plan.ts';
import type { Usage } from '../../topology/plan/usage.ts';
import { listed } from '../../topology/wording.ts';
import { spanText, tableText } from '../table.ts';
import type { Paint } from '../terminal.ts';
import { counted, wrap } from '../text-layout.ts';
import type { PlanResult } from './plan.ts';

const ALL_WELL = 'all goes well';
const WIDTH = 120;

const dollars = (usd: number): string => usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
/** Whole, or with the two digits that a shared batch makes. */
const count = (number: number): string => number.toLocaleString('en-US', { maximumFractionDigits: 2 });
const brief = (milliseconds: number): string =>
  milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`;

function wayName({ failure, deadline }: WayPlan): string {
  if (failure === undefined) return ALL_WELL;
  return deadline === undefined ? failure : `${failure}, from ${deadline} on`;
}

function queues({ queueRequests, fifoRequests }: Usage): string {
  return count(queueRequests + fifoRequests);
}

function wayRow(way: WayPlan): readonly string[] {
  const { usage, latency, hops } = way;
  return [
    `${wayName(way)}${way.cut ? ' …' : ''}`,
    count(hops),
    brief(latency.typicalMilliseconds),
    brief(latency.p99Milliseconds),
    spanText(latency.limitSeconds * 1_000),
    count(usage.commits),
    count(usage.writeUnits),
    count(usage.readUnits),
    count(usage.invocations),
    count(usage.records),
    count(usage.busEvents),
    queues(usage),
    dollars(way.costPerMillion.total),
  ];
}

const wayHeadings = [
  'way',
  'hops',
  'typical',
  'p99',
  'at most',
  'commits',
  'writes',
  'reads',
  'functions',
  'stream',
  'bus',
  'queues',
  '$/million',
];

function messageTable({ messages }: WayPlan, paint: Paint): string {
  const rows = messages.map(({ type, count: times, takenBy, usage, costPerMillion }) => [
    times === 1 ? type : `${type} × ${times}`,
    takenBy.length === 0 ? 'nobody' : takenBy.join(', '),
    count(usage.writeUnits),
    count(usage.readUnits),
    count(usage.invocations),
    dollars(costPerMillion.total),
  ]);
  return tableText(['message', 'taken by', 'writes', 'reads', 'functions', '$/million'], rows, paint);
}

function costLine({ costPerMillion: { dynamodb, lambda, kinesis, eventbridge, sqs } }: WayPlan): string {
  const parts = [
    ['DynamoDB', dynamodb],
    ['Lambda', lambda],
    ['Kinesis', kinesis],
    ['EventBridge', eventbridge],
    ['SQS', sqs],
  ] as const;
  return parts.map(([name, usd]) => `${name} ${dollars(usd)}`).join(', ');
}

function sagaText({ saga, service, ways, endsWithinSeconds }: SagaPlan, failure: string | undefined, paint: Paint): string {
  const shown = ways.find((way) => way.failure === failure);
  const head = `${paint('bold', saga)}${service === undefined ? '' : `, taken in by ${service}`}\n`;
  const end =
    endsWithinSeconds === undefined
      ? ''
      : `If nothing else does, its deadline ends it after at most ${spanText(endsWithinSeconds * 1_000)}.\n`;
  const table = `${tableText(wayHeadings, ways.map(wayRow), paint)}${end}`;
  if (!shown) return `${head}${table}`;
  return `${head}${table}\n${wayName(shown)}: ${costLine(shown)}\n${messageTable(shown, paint)}`;
}

/** The number that most have. */
function usual(numbers: readonly number[]): number {
  const times = (number: number) => numbers.filter((other) => other === number).length;
  return [...new Set(numbers)].sort((one, other) => times(other) - times(one))[0] ?? 0;
}

function assumed({ assumptions: { eventKilobytes, batch, entities } }: Plan): string {
  const most = usual(Object.values(entities));
  const others = Object.entries(entities).flatMap(([id, number]) => (number === most ? [] : [`${number} in ${id}`]));
  const head = `Assumed: events of ${count(eventKilobytes)} KB, batches of ${count(batch)}, ${counted(most, 'entity', 'entities')} a reaction`;
  const clients = `every client is called, and answers in ${brief(OUTSIDE_CALL.p50)}, at p99 in ${brief(OUTSIDE_CALL.p99)}`;
  const some = others.length === 0 ? '' : ` (${listed(others, others.length)})`;
  return `${head}${some}; a reaction that succeeds emits all that it declares; ${clients}.`;
}

function oneMore({ oneMoreEvent }: Plan): string {
  const parts = oneMoreEvent.map(
    ({ from, usage, costPerMillion }) =>
      `${count(usage.writeUnits)} writes and $${dollars(costPerMillion.total)} a million from the ${from}`,
  );
  return `One more event, and one more reaction that takes it: ${parts.join('; ')}.`;
}

function monthText({ fixed, month }: Plan): readonly string[] {
  const sum = fixed.reduce((total, { usdAMonth }) => total + usdAMonth, 0);
  const parts = fixed.map(({ what, usdAMonth }) => `${what} ${dollars(usdAMonth)}`);
  const still = `A month without a single event: $${dollars(sum)} (${parts.join(', ')}).`;
  if (!month) return [still];
  const ways = month.byWay.map(({ saga, failure, usd }) => `${saga}, ${failure ?? ALL_WELL}: $${dollars(usd)}`);
  return [still, `A month of ${count(month.sagas)} sagas, all of one kind: ${ways.join('; ')}.`];
}

const legend = [
  'Hops: events in a row. Typical and p99: the longest way through, every part at that figure, without cold starts. At most: every event is published by the sweep and waits as long as its service promises, every reaction needs all its attempts; a deadline may end the saga before.',
  'Writes and reads: units of DynamoDB. Functions: invocations. Stream, bus: events. Queues: requests. Prices and latencies with their sources: --json.',
];

const CUT = '…: it goes in a circle, or is longer than what is counted; the figures include one round.';

/** A plan for a reader. */
export function planText({ choreography, plan, failure }: PlanResult, paint: Paint): string {
  const title = `${choreography}: what its sagas take and cost. An estimate at list prices of ${plan.region}, not a bill.`;
  const isCut = plan.sagas.some(({ ways }) => ways.some(({ cut }) => cut));
  const notes = [oneMore(plan), ...monthText(plan), ...(isCut ? [CUT] : []), ...legend];
  return [
    title,
    ...wrap(assumed(plan), WIDTH),
    '',
    ...(plan.sagas.length === 0
      ? [
          'Nothing starts a saga: there is no command, and no event from outside. Name events of other systems in the export `checks`, under `external.emits`.\n',
        ].flatMap((line) => wrap(line, WIDTH))
      : []),
    ...plan.sagas.map((saga) => sagaText(saga, failure, paint)),
    ...notes.flatMap((note) => wrap(note, WIDTH)),
    '',
  ].join('\n');
}
