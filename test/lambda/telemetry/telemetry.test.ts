import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createTelemetry } from '../../../lib/lambda/telemetry/telemetry.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

type Document = Readonly<Record<string, unknown>> & { readonly _aws: { readonly CloudWatchMetrics: readonly Record<string, unknown>[] } };

/** What was written to standard output by Powertools. */
function written(): { readonly lines: string[]; documents(): readonly Document[] } {
  const lines: string[] = [];
  const write = (text: unknown) => {
    lines.push(...String(text).trim().split('\n'));
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(write as never);
  vi.spyOn(process.stderr, 'write').mockImplementation(write as never);
  return {
    lines,
    documents: () => lines.map((line) => JSON.parse(line) as Document).filter((document) => document._aws !== undefined),
  };
}

const labels = { service: 'order' };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** The metrics of one invocation. */
function metricsOf(use: (telemetry: ReturnType<typeof createTelemetry>) => void): Readonly<Record<string, number>> {
  const add = vi.spyOn(Metrics.prototype, 'addMetric');
  vi.spyOn(Metrics.prototype, 'publishStoredMetrics').mockReturnThis();
  const telemetry = createTelemetry('inventory');
  use(telemetry);
  telemetry.flush();
  return Object.fromEntries(add.mock.calls.map(([name, , value]) => [name, value]));
}

test('a count of nothing is written, too: an alarm rings where there is none', () => {
  expect(metricsOf(({ count }) => count('due-fired', labels, 0))).toEqual({ DueFired: 0 });
});

test('SchemaViolation counts each refused event and each invalid message, once', () => {
  const invalid = { service: 'inventory', code: 'SCHEMA_VIOLATION' };
  const metrics = metricsOf(({ count }) => {
    count('schema-violation', { service: 'inventory', reaction: 'reserve', type: 'InventoryReserved' });
    count('dead-letters', { ...invalid, reaction: 'reserve', type: 'OrderPlaced' }); // the same refusal, in the end
    count('dead-letters', invalid);
    count('dead-letters', { ...invalid, code: 'NOT_JSON' });
  });
  expect(metrics).toEqual({ SchemaViolation: 2, DeadLetters: 3 });
});

describe('telemetry of a function', () => {
  test('is one document an invocation, with backbone and service as its only dimensions', () => {
    vi.stubEnv('CHOREO_BACKBONE', 'shop-2');
    const out = written();
    const telemetry = createTelemetry('order', quiet);
    telemetry.count('dead-letters', { ...labels, code: 'SCHEMA_VIOLATION' });
    telemetry.count('dead-letters', labels, 2);
    telemetry.time('commit', labels, 12);
    telemetry.flush();
    telemetry.flush();
    const [document] = out.documents();
    expect(out.lines).toHaveLength(1);
    expect(document).toMatchObject({ backbone: 'shop-2', service: 'order', DeadLetters: 3, SchemaViolation: 1, Commit: 12 });
    expect(document?._aws.CloudWatchMetrics).toMatchObject([{ Namespace: 'Choreography', Dimensions: [['service', 'backbone']] }]);
  });

  test('keeps a bounded number of timings, the largest one among them', () => {
    const out = written();
    const telemetry = createTelemetry('order', quiet);
    for (let milliseconds = 1; milliseconds <= 10_000; milliseconds += 1) telemetry.time('age-at-consume', labels, milliseconds % 9_999);
    telemetry.flush();
    const [document, ...others] = out.documents();
    const values = document?.['AgeAtConsume'] as number[];
    expect([others, values.length, Math.max(...values)]).toEqual([[], 99, 9_998]);
  });

  test('logs one JSON line with the fields beside the message, from the level that the environment sets', () => {
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'WARN');
    const out = written();
    const telemetry = createTelemetry('order');
    telemetry.log({ level: 'info', message: 'done', fields: {} });
    telemetry.log({ level: 'warn', message: 'parked', fields: { correlationid: 'saga-1' } });
    expect(out.lines.join('\n')).toContain('"correlationid":"saga-1"');
    expect(out.lines.join('\n')).not.toContain('"done"');
  });

  test('names the service once: a line of the runtime is not followed by one that warns of a reserved key', () => {
    const out = written();
    createTelemetry('order').log({ level: 'info', message: 'reserve: done', fields: { service: 'order', reaction: 'reserve' } });
    expect(out.lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'INFO', message: 'reserve: done', service: 'order', reaction: 'reserve' },
    ]);
  });
});
