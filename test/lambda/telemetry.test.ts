import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, expect, test, vi } from 'vitest';
import { createTelemetry } from '../../lib/lambda/telemetry.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** The metrics of one invocation. */
function metricsOf(use: (telemetry: ReturnType<typeof createTelemetry>) => void): Readonly<Record<string, number>> {
  const add = vi.spyOn(Metrics.prototype, 'addMetric');
  vi.spyOn(Metrics.prototype, 'publishStoredMetrics').mockReturnThis();
  const telemetry = createTelemetry('inventory');
  use(telemetry);
  telemetry.flush();
  return Object.fromEntries(add.mock.calls.map(([name, , value]) => [name, value]));
}

test('SchemaViolation counts each refused event and each invalid message, once', () => {
  const labels = { service: 'inventory', code: 'SCHEMA_VIOLATION' };
  const metrics = metricsOf(({ count }) => {
    count('schema-violation', { service: 'inventory', reaction: 'reserve', type: 'InventoryReserved' });
    count('dead-letters', { ...labels, reaction: 'reserve', type: 'OrderPlaced' }); // the same refusal, in the end
    count('dead-letters', labels);
    count('dead-letters', { ...labels, code: 'NOT_JSON' });
  });
  expect(metrics).toEqual({ SchemaViolation: 2, DeadLetters: 3 });
});
