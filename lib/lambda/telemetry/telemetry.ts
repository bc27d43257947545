import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { environmentNames } from '../../contract/deployment.ts';
import type { LogRecord, Telemetry } from '../../runtime/ports/telemetry.ts';

/** Telemetry that is sent at the end of an invocation. */
export interface LambdaTelemetry extends Telemetry {
  flush(): void;
}

/** What logs are written with; a Powertools Logger is one. */
export type LambdaLogger = { readonly [Level in LogRecord['level']]: (message: string, fields: Record<string, unknown>) => void };

/** Namespace of the metrics, unless POWERTOOLS_METRICS_NAMESPACE says another one. */
export const METRICS_NAMESPACE = 'Choreography';

/** Values of one timing in one invocation: with the hundredth, Powertools sends a document of its own. */
const VALUES_MAX = 99;

/** `dead-letters` → `DeadLetters`: how metrics are named in CloudWatch. */
export function metricName(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Keeps the first values and, in the last place, the largest of all others: what an alarm on the maximum needs is exact. */
function keep(values: number[], value: number): void {
  if (values.length < VALUES_MAX) values.push(value);
  else values[VALUES_MAX - 1] = Math.max(values[VALUES_MAX - 1] ?? value, value);
}

/**
 * Logs and metrics through Powertools: one embedded-metric document an invocation, with backbone and service as its only
 * dimensions. So the number of metrics stays bounded, and two backbones of an account do not ring each other's alarms. What
 * a count is about in detail is in the log.
 */
export function createTelemetry(service: string, logger: LambdaLogger = new Logger({ serviceName: service })): LambdaTelemetry {
  const { POWERTOOLS_METRICS_NAMESPACE: namespace = METRICS_NAMESPACE, [environmentNames.backbone]: backbone } = process.env;
  const metrics = new Metrics({ serviceName: service, namespace, ...(backbone ? { defaultDimensions: { backbone } } : {}) });
  const counts = new Map<string, number>();
  const timings = new Map<string, number[]>();
  return {
    count(name, labels, value = 1) {
      counts.set(name, (counts.get(name) ?? 0) + value);
      // What a reaction would have published was counted when it was refused; this is what arrived.
      if (labels['code'] === 'SCHEMA_VIOLATION' && labels['reaction'] === undefined)
        counts.set('schema-violation', (counts.get('schema-violation') ?? 0) + value);
    },
    time(name, _labels, milliseconds) {
      const values = timings.get(name);
      if (values) keep(values, milliseconds);
      else timings.set(name, [milliseconds]);
    },
    // A logger has the name of its service; Powertools warns of a second one, with each record.
    log: ({ level, message, fields: { service: _, ...fields } }) => logger[level](message, fields),
    flush() {
      if (counts.size + timings.size === 0) return;
      for (const [name, value] of counts) metrics.addMetric(metricName(name), MetricUnit.Count, value);
      for (const [name, values] of timings) {
        const metric = metricName(name);
        for (const value of values) metrics.addMetric(metric, MetricUnit.Milliseconds, value);
      }
      counts.clear();
      timings.clear();
      metrics.publishStoredMetrics();
    },
  };
}
