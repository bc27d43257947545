import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Telemetry } from '../runtime/ports/telemetry.ts';

/** Telemetry that is sent at the end of an invocation. */
export interface LambdaTelemetry extends Telemetry {
  flush(): void;
}

/** Namespace of the metrics, unless POWERTOOLS_METRICS_NAMESPACE says another one. */
export const METRICS_NAMESPACE = 'Choreography';

/** `dead-letters` → `DeadLetters`: how metrics are named in CloudWatch. */
export function metricName(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Logs and metrics through Powertools: one embedded-metric document an invocation, with the service as its only dimension,
 * so that the number of metrics stays bounded. What a count is about in detail is in the log.
 */
export function createTelemetry(service: string): LambdaTelemetry {
  const logger = new Logger({ serviceName: service });
  const metrics = new Metrics({ serviceName: service, namespace: process.env['POWERTOOLS_METRICS_NAMESPACE'] ?? METRICS_NAMESPACE });
  metrics.setThrowOnEmptyMetrics(false);
  const counts = new Map<string, number>();
  return {
    count(name, labels, value = 1) {
      counts.set(name, (counts.get(name) ?? 0) + value);
      // What a reaction would have published was counted when it was refused; this is what arrived.
      if (labels['code'] === 'SCHEMA_VIOLATION' && labels['reaction'] === undefined)
        counts.set('schema-violation', (counts.get('schema-violation') ?? 0) + value);
    },
    time: (name, _labels, milliseconds) => metrics.addMetric(metricName(name), MetricUnit.Milliseconds, milliseconds),
    log: ({ level, message, fields }) => logger[level](message, { ...fields }),
    flush() {
      for (const [name, value] of counts) metrics.addMetric(metricName(name), MetricUnit.Count, value);
      counts.clear();
      metrics.publishStoredMetrics();
    },
  };
}
