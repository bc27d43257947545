import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import shop from '../../functions/choreography.ts';
import { Backbone, ChoreographyDashboard } from '../../lib/cdk/index.ts';
import { METRICS_NAMESPACE, metricName } from '../../lib/lambda/telemetry/telemetry.ts';
import { propertiesOf, resourcesOf, testApp } from './synth.ts';

interface Widget {
  readonly type: string;
  readonly width: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly metrics?: readonly (readonly [namespace: string, name: string, ...rest: readonly unknown[]])[];
  };
}

function dashboardIn(stack: Stack): { readonly name: string; readonly widgets: readonly Widget[] } {
  const { DashboardName: name, DashboardBody: body } = propertiesOf(stack, 'AWS::CloudWatch::Dashboard');
  return { name: String(name), widgets: (JSON.parse(String(body).replaceAll(/<[^>]*>/g, 'x')) as { widgets: readonly Widget[] }).widgets };
}

/** Names that the runtime counts and times by, as CloudWatch gets them. */
const written = new Set(
  [...readFileSync('lib/runtime/ports/telemetry.ts', 'utf8').matchAll(/'([a-z]+(?:-[a-z]+)*)'/g)].map(([, name = '']) => metricName(name)),
);

describe('a dashboard', () => {
  const stack = new Stack(testApp(), 'watch');
  const backbone = Backbone.fromName(stack, 'Backbone', 'shop');
  new ChoreographyDashboard(stack, 'Dashboard', { backbone, choreography: shop });
  const { name, widgets } = dashboardIn(stack);
  const graphs = widgets.filter(({ type }) => type === 'metric');

  test('has the name of its backbone, and the commands that show more', () => {
    expect(name).toBe('shop');
    expect(widgets[0]?.properties.markdown).toContain('`choreo saga list --stuck --backbone shop`');
  });

  test('has a line for each service in each graph, of a metric that the functions write', () => {
    expect(graphs.length).toBeGreaterThan(0);
    for (const { properties } of graphs) {
      expect(properties.metrics?.map(([namespace, metric]) => [namespace, written.has(metric)])).toEqual(
        shop.services.map(() => [METRICS_NAMESPACE, true]),
      );
      const services = properties.metrics?.map((metric) => metric[metric.indexOf('service') + 1]);
      expect(services).toEqual(shop.services.map((service) => service.name));
      expect(properties.metrics?.every((metric) => metric[metric.indexOf('backbone') + 1] === 'shop')).toBe(true);
    }
  });

  test('needs nothing but names: it can be in any stack', () => {
    const alone = new Stack(testApp(), 'alone');
    new ChoreographyDashboard(alone, 'Dashboard', { backbone: { name: 'shop' }, choreography: shop, dashboardName: 'shop-eu' });
    expect(resourcesOf(alone).map(({ type }) => type)).toEqual(['AWS::CloudWatch::Dashboard']);
    expect(dashboardIn(alone).name).toBe('shop-eu');
  });
});
