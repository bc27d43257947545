// The documents about costs show what the tables of prices and latencies say.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import shop from '../../../functions/choreography.ts';
import { defaultSettings } from '../../../lib/contract/settings.ts';
import { manifestOf } from '../../../lib/topology/manifest.ts';
import { OWN_MILLISECONDS } from '../../../lib/topology/plan/delivery.ts';
import {
  BACKBONE_ALARMS,
  BUSY_METRICS,
  operatorCost,
  pollingCost,
  RESTING_METRICS,
  replayingCost,
  SERVICE_ALARMS,
  SERVICE_QUEUES,
  sweepCost,
} from '../../../lib/topology/plan/fixed.ts';
import { latencies } from '../../../lib/topology/plan/latency.ts';
import { planOf, type WayPlan } from '../../../lib/topology/plan/plan.ts';
import { HOURS_A_MONTH, priceOf, prices } from '../../../lib/topology/plan/prices.ts';
import { manifest } from '../manifests.ts';

const MILLION = 1_000_000;
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const usd = (dollars: number): string => dollars.toFixed(2);
const deploy = readFileSync('docs/deploy.md', 'utf8');
const page = readFileSync('docs/plan.md', 'utf8');

describe('the page about deploying', () => {
  test('has the fixed prices of the table', () => {
    const own = [
      row('stream on demand', usd(priceOf('streamHour', HOURS_A_MONTH))),
      row(
        'or a shard',
        `${usd(priceOf('shardHour', HOURS_A_MONTH))}, and ${usd(priceOf('readerHour', HOURS_A_MONTH))} for each dedicated reader on it`,
      ),
      row('key', usd(priceOf('keyMonth', 1))),
      row(
        'alarms',
        `${usd(priceOf('alarmMonth', SERVICE_ALARMS))} per service, ${usd(priceOf('alarmMonth', BACKBONE_ALARMS))} for the backbone`,
      ),
      row(
        'metrics of the functions',
        `${usd(priceOf('metricMonth', RESTING_METRICS))} per service at rest, ${usd(priceOf('metricMonth', BUSY_METRICS))} with traffic; trouble adds some`,
      ),
      row(
        'queues, which Lambda polls while they are empty',
        `${usd(pollingCost(SERVICE_QUEUES))} per service, ${usd(pollingCost(SERVICE_QUEUES + 1))} for one on the bus`,
      ),
      row('the sweep of each minute', `${usd(sweepCost())} per service`),
      row('the operator function', `${usd(operatorCost())} at rest, and ${usd(replayingCost())} per hour of replays`),
    ];
    expect(deploy).toContain(own.join('\n'));
  });

  test('has the prices of an event that the plan has', () => {
    // A reaction that takes an event and emits one, and writes an entity.
    const services = [
      manifest('a', { take: { on: ['Taken'], emits: ['Told'] } }),
      manifest('b', { hear: { on: ['Heard'] } }, { source: 'bus' }),
    ];
    const external = { emits: ['Taken', 'Heard'] };
    const { sagas } = planOf(services, { bounds: defaultSettings, batch: 100, external });
    const [taken, heard] = ['Taken', 'Heard'].map((saga) => sagas.find((one) => one.saga === saga)?.ways[0] as WayPlan);
    const single = planOf(services, { bounds: defaultSettings, external }).sagas.find(({ saga }) => saga === 'Taken')?.ways[0];
    const worker = planOf(services.slice(0, 1), { bounds: defaultSettings, batch: 100, external }).sagas[0]?.ways[0];
    const bus = (heard?.costPerMillion.eventbridge ?? 0) + (heard?.costPerMillion.sqs ?? 0);
    const bytes = 1_024 * MILLION;
    const gigabytes = bytes / 1_024 ** 3;
    const own = [
      row(
        'onto the stream',
        `${usd(priceOf('streamIn', gigabytes))} on demand, ${priceOf('putUnit', MILLION)} with shards`,
        '1 GB in, or 1 M PUT units',
      ),
      row('to each reader', `${usd(priceOf('streamOut', gigabytes))} on demand`, '1 GB out'),
      row(
        'the worker and the bridge, batches of 100, 512 MB',
        usd(worker?.costPerMillion.lambda ?? 0),
        `${OWN_MILLISECONDS} ms of its own per event, and its share of the calls of the batch`,
      ),
      row(
        'the journal',
        `${usd(single?.costPerMillion.dynamodb ?? 0)} one by one, ${usd(taken?.costPerMillion.dynamodb ?? 0)} in batches of 100`,
        `${single?.usage.writeUnits} write units: a claim that holds the event and the one that goes out (3 KB), an entity and the outbox marker in one transaction, and the marker's removal; ${taken?.usage.writeUnits.toFixed(1)} where 49 events share a marker; ${taken?.usage.readUnits} read units`,
      ),
      row('to a service on the bus', usd(bus), '`PutEvents`, then a queue in batches of 10'),
      row('logs, 1 KB per event', usd(priceOf('logIn', gigabytes)), 'only if a reaction writes that much'),
    ];
    for (const line of own) expect(deploy).toContain(line);
    expect(deploy).toContain(`adds ${prices.keyRequest.usd} for each 10,000 requests`);
  });

  test('names those prices that nobody confirmed', () => {
    const open = Object.values(prices).filter(({ source }) => source === 'not confirmed');
    expect([...new Set(open.map(({ what }) => what.split(',')[0]?.replace(/ on demand$/, '')))]).toEqual(['Kinesis', 'CloudWatch']);
    expect(deploy).toContain('those of Kinesis on demand and of CloudWatch are not confirmed');
  });
});

describe('the page about the plan', () => {
  test('has the whole table of prices', () => {
    const rows = Object.values(prices).map(({ what, usd: price, per, unit, source, date }) => {
      const units = per === 1 ? unit.replace(/s$/, '') : `${per === MILLION ? '1 M' : per.toLocaleString('en-US')} ${unit}`;
      return row(what, `${price}`, units, source, date);
    });
    expect(page).toContain(rows.join('\n'));
  });

  test('has the whole table of latencies', () => {
    expect(page).toContain(
      Object.values(latencies)
        .map(({ what, p50, p99, source, date }) => row(what, `${p50}`, `${p99}`, source, date))
        .join('\n'),
    );
  });

  test('speaks of the sample as the plan does', () => {
    const { sagas } = planOf(shop.services.map(manifestOf), { bounds: defaultSettings });
    const ways = sagas.find(({ saga }) => saga === 'PlaceOrder')?.ways ?? [];
    const cost = (failure?: string) => usd(ways.find((way) => way.failure === failure)?.costPerMillion.total ?? 0);
    expect(page).toContain(`$${cost()} if all goes well, and $${cost('OrderExpired')} if nobody answered in time`);
  });
});
