import { createTelemetry, type LambdaTelemetry } from './telemetry.ts';

/**
 * Telemetry of a function that works for all services: what is counted of one of them is that one's metric, as if its own
 * functions had counted it. What has no label of a service goes by `name`, and so do logs.
 */
export function createTelemetryByService(
  name: string,
  create: (service: string) => LambdaTelemetry = (service) => createTelemetry(service),
): LambdaTelemetry {
  const made = new Map<string, LambdaTelemetry>();
  const of = (service = name): LambdaTelemetry => {
    const telemetry = made.get(service) ?? create(service);
    made.set(service, telemetry);
    return telemetry;
  };
  return {
    count: (counter, labels, value) => of(labels['service']).count(counter, labels, value),
    time: (timing, labels, milliseconds) => of(labels['service']).time(timing, labels, milliseconds),
    log: (record) => of().log(record),
    flush() {
      for (const telemetry of made.values()) telemetry.flush();
    },
  };
}
