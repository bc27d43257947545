// Other teams, which know the backbone by its name alone and deploy with tools of their own: what is printed needs nothing of the CDK's.
import { App, DefaultStackSynthesizer, Duration, Stack } from 'aws-cdk-lib';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Backbone, bundleHandlers, ChoreographyService, stages } from '../../../../lib/cdk/index.ts';
import { CODE_BUCKET, loyalty, stamps } from './services.ts';

const entryOf = (name: string) => `test/e2e/deployed/later/${name}.ts`;
process.env['CDK_VALIDATION'] = 'false';
const defaultStackSynthesizer = new DefaultStackSynthesizer({ fileAssetsBucketName: CODE_BUCKET, generateBootstrapVersionRule: false });
const app = new App({ defaultStackSynthesizer });
const services = [stamps, loyalty];
const entries = ['desk', ...services.map(({ name }) => name)].map((name) => [name, entryOf(name)]);
const code = bundleHandlers(Object.fromEntries(entries), { conditions: ['source'] });
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

// A function of no service, which places orders: it knows the service that takes them by its name.
const stack = new Stack(app, 'desk');
const desk = new Lambda(stack, 'Desk', {
  functionName: 'desk',
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: code.get('desk') ?? Code.fromInline(''),
  environment: { CHOREO_BACKBONE: 'shop' },
  timeout: Duration.seconds(30),
});
ChoreographyService.fromName(stack, 'Order', { backbone: 'shop', service: 'order' }).grantSendCommand(desk);
