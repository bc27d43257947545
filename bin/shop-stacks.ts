import { type App, Stack } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import shop, { checks } from '../functions/choreography.ts';
import {
  Backbone,
  type BackboneProps,
  bundleHandlers,
  ChoreographyDashboard,
  ChoreographyService,
  type ChoreographyServiceProps,
  checkChoreography,
  type Stage,
} from '../lib/cdk/index.ts';

/** The file with the handlers of a service. */
export const entryOf = (service: string) => `functions/${service}/handler.ts`;

/**
 * The code of all services, in one run of esbuild; `entry`: the file of a service. The sample imports the package by its
 * name; the condition finds its source without a build.
 */
export function bundleShop(entry: (service: string) => string = entryOf): ReadonlyMap<string, Code> {
  return bundleHandlers(Object.fromEntries(shop.services.map(({ name }) => [name, entry(name)])), { conditions: ['source'] });
}

/** What an app has differently. */
export interface ShopChanges {
  readonly backbone?: Partial<BackboneProps>;
  readonly service?: (name: string) => Partial<ChoreographyServiceProps>;
}

/**
 * The sample shop: what all services share in one stack, and one stack per service. A service finds the backbone by its
 * name, so each is deployed alone: `cdk deploy --exclusively shop-order`. `name`: of the backbone.
 */
export function buildShop(app: App, stage: Stage, name: string, code: ReadonlyMap<string, Code>, changes: ShopChanges = {}): void {
  const platform = new Stack(app, `${name}-backbone`);
  new Backbone(platform, 'Backbone', { choreography: shop, name, ...stage.backbone, ...changes.backbone });
  checkChoreography(platform, shop, checks);
  if (stage.dashboard) new ChoreographyDashboard(platform, 'Dashboard', { backbone: { name }, choreography: shop });
  for (const service of shop.services) {
    const stack = new Stack(app, `${name}-${service.name}`);
    stack.addStackDependency(platform, 'its parameters are looked up when the service is deployed');
    const bundle = code.get(service.name);
    const { functions, ...changed } = changes.service?.(service.name) ?? {};
    new ChoreographyService(stack, 'Service', {
      ...stage.service,
      backbone: Backbone.fromName(stack, 'Backbone', name, stage.lookup),
      service,
      entry: entryOf(service.name),
      startAt: 'earliest',
      functions: { ...(bundle ? { code: bundle } : {}), ...functions },
      schemas: 'schemas',
      ...changed,
    });
  }
}
