// Another team, which knows the backbone by its name alone and deploys with a tool of its own: what is printed needs nothing of the CDK's.
import { App, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Backbone, bundleHandlers, ChoreographyService, stages } from '../../../../lib/cdk/index.ts';
import { CODE_BUCKET } from './code-bucket.ts';
import { loyalty } from './service.ts';

const entry = 'test/e2e/deployed/later/handler.ts';
process.env['CDK_VALIDATION'] = 'false';
const defaultStackSynthesizer = new DefaultStackSynthesizer({ fileAssetsBucketName: CODE_BUCKET, generateBootstrapVersionRule: false });
const stack = new Stack(new App({ defaultStackSynthesizer }), 'loyalty');
const code = bundleHandlers({ loyalty: entry }, { conditions: ['source'] }).get('loyalty');
new ChoreographyService(stack, 'Service', {
  ...stages.local.service,
  backbone: Backbone.fromName(stack, 'Backbone', 'shop', stages.local.lookup),
  service: loyalty,
  entry,
  startAt: 'earliest',
  ...(code ? { functions: { code } } : {}),
});
