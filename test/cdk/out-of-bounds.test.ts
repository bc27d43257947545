import { Duration, Lazy } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { notification } from '../../functions/notification/service.ts';
import { order } from '../../functions/order/service.ts';
import type { BackboneProps, ChoreographyServiceProps } from '../../lib/cdk/index.ts';
import { backboneStack, codeOf, serviceStack } from './synth.ts';

describe('a number that AWS does not take is refused, with the construct and the bounds', () => {
  test.each<[Partial<ChoreographyServiceProps>, string]>([
    [{ batchSize: 0 }, '`batchSize` is 0; give a whole number from 1 to 10000.'],
    [{ batchSize: 20_000 }, '`batchSize` is 20000; give a whole number from 1 to 10000.'],
    [{ batchSize: 1.5 }, '`batchSize` is 1.5; give a whole number from 1 to 10000.'],
    [{ batchSize: Number.NaN }, '`batchSize` is NaN; give a whole number from 1 to 10000.'],
    [{ batchWindow: Duration.minutes(6) }, '`batchWindow` is 360 seconds; give a whole number of seconds from 0 to 300.'],
    [{ batchWindow: Duration.millis(1_500) }, '`batchWindow` is 1.5 seconds; give a whole number of seconds from 0 to 300.'],
    [{ parallelization: 11 }, '`parallelization` is 11; give a whole number from 1 to 10.'],
    [{ maxRecordAge: Duration.days(8) }, '`maxRecordAge` is 691200 seconds; give a whole number of seconds from 60 to 604800.'],
    [{ retryAttempts: -1 }, '`retryAttempts` is -1; give a whole number from 0 to 10000.'],
    [{ replayConcurrency: 1 }, '`replayConcurrency` is 1; give a whole number from 2 to 1000.'],
    [
      { batchSize: 0, retryAttempts: -1 },
      '`batchSize` is 0; give a whole number from 1 to 10000. `retryAttempts` is -1; give a whole number from 0 to 10000.',
    ],
  ])('%j', (props, says) => {
    expect(codeOf(() => serviceStack(order, props))).toBe(`OPTION_OUT_OF_BOUNDS shop-order/Service: ${says}`);
  });

  test('busConcurrency', () => {
    expect(codeOf(() => serviceStack(notification, { busConcurrency: 1_001 }))).toBe(
      'OPTION_OUT_OF_BOUNDS shop-notification/Service: `busConcurrency` is 1001; give a whole number from 2 to 1000.',
    );
  });

  test.each<Partial<BackboneProps>>([{ shards: 0 }, { shards: 1.5 }])('%j', (props) => {
    expect(codeOf(() => backboneStack(props))).toBe(
      `OPTION_OUT_OF_BOUNDS shop-backbone/Backbone: \`shards\` is ${props.shards}; give a whole number from 1 to 100000.`,
    );
  });

  test('how long the bridge may go by what it knows', () => {
    expect(codeOf(() => backboneStack({ forwardRefresh: Duration.seconds(0) }))).toBe(
      'OPTION_OUT_OF_BOUNDS shop-backbone/Backbone: `forwardRefresh` is 0 seconds; give a whole number of seconds from 1 to 86400.',
    );
    expect(codeOf(() => backboneStack({ forwardRefresh: Duration.days(1) }))).toBe('nothing was thrown');
  });

  test('but not one at the bounds, nor one that is known only when the stack is deployed', () => {
    const later = { batchSize: Lazy.number({ produce: () => 7 }), batchWindow: Duration.seconds(Lazy.number({ produce: () => 7 })) };
    expect(() => serviceStack(order, later)).not.toThrow();
    const least = { batchSize: 1, batchWindow: Duration.seconds(0), parallelization: 1, maxRecordAge: Duration.minutes(1) };
    expect(() => serviceStack(order, { ...least, retryAttempts: 0, replayConcurrency: 2 })).not.toThrow();
    const most = { batchSize: 10_000, batchWindow: Duration.minutes(5), parallelization: 10, maxRecordAge: Duration.days(7) };
    expect(() => serviceStack(order, { ...most, retryAttempts: 10_000, replayConcurrency: 1_000 })).not.toThrow();
  });
});
