import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, expect, test, vi } from 'vitest';
import type { LambdaTelemetry } from '../../../lib/lambda/telemetry/telemetry.ts';
import { createTelemetryByService } from '../../../lib/lambda/telemetry/telemetry-by-service.ts';

afterEach(() => vi.restoreAllMocks());

test('what is counted of a service is a metric of that service', () => {
  const lines: string[] = [];
  const noting = (service: string): LambdaTelemetry => ({
    count: (name, _, value) => void lines.push(`${service} ${name} ${value}`),
    time: (name, _, milliseconds) => void lines.push(`${service} ${name} ${milliseconds}`),
    log: ({ message }) => void lines.push(`${service} ${message}`),
    flush: () => void lines.push(`${service} flushed`),
  });
  const telemetry = createTelemetryByService('operator', noting);
  telemetry.count('stuck-sagas', { service: 'payment' }, 3);
  telemetry.time('stuck-age', { service: 'order' }, 7);
  telemetry.count('stuck-sagas', {}, 1);
  telemetry.log({ level: 'warn', message: 'a word', fields: { service: 'payment' } });
  telemetry.flush();
  expect(lines).toEqual([
    'payment stuck-sagas 3',
    'order stuck-age 7',
    'operator stuck-sagas 1',
    'operator a word',
    'payment flushed',
    'order flushed',
    'operator flushed',
  ]);
});

test('and Powertools writes it with that service as its dimension', () => {
  const documents: object[] = [];
  vi.spyOn(Metrics.prototype, 'publishStoredMetrics').mockImplementation(function (this: Metrics) {
    documents.push(this.serializeMetrics());
    this.clearMetrics();
    return this;
  });
  const telemetry = createTelemetryByService('operator');
  telemetry.count('stuck-sagas', { service: 'payment' }, 3);
  telemetry.count('stuck-sagas', { service: 'order' }, 1);
  telemetry.flush();
  expect(documents).toMatchObject([
    { service: 'payment', StuckSagas: 3 },
    { service: 'order', StuckSagas: 1 },
  ]);
});
