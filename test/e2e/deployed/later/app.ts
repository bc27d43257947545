// Other teams, which know the backbone by its name alone and deploy with tools of their own: what is printed needs nothing of the CDK's.
import { App, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Backbone, bundleHandlers, ChoreographyService, stages } from '../../../../lib/cdk/index.ts';
import { CODE_BUCKET, loyalty, stamps } from './services.ts';

const entryOf = (name: string) => `test/e2e/deployed/later/${name}.ts`;
process.env['CDK_VALIDATION'] = 'false';
const defaultStackSynthesizer = new DefaultStackSynthesizer({ fileAssetsBucketName: CODE_BUCKET, generateBootstrapVersionRule: false });
const app = new App({ defaultStackSynthesizer });
const services = [stamps, loyalty];
const code = bundleHandlers(Object.fromEntries(services.map(({ name }) => [name, entryOf(name)])), { conditions: ['source'] });
for (const service of services) {
  const stack = new Stack(app, service.name);
  const bundle = code.get(service.name);
  new ChoreographyService(stack, 'Service', {
    ...stages.local.service,
    backbone: Backbone.fromName(stack, 'Backbone', 'shop', stages.local.lookup),
    service,
    entry: entryOf(service.name),
    startAt: 'earliest',
    ...(bundle ? { functions: { code: bundle } } : {}),
  });
}
