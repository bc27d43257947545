// Another team's app: it knows the backbone by its name alone.
import { App, Stack } from 'aws-cdk-lib';
import { Backbone, bundleHandlers, ChoreographyService, stages } from '../../../../lib/cdk/index.ts';
import { loyalty } from './service.ts';

const entry = 'test/e2e/deployed/later/handler.ts';
process.env['CDK_VALIDATION'] = 'false';
const stack = new Stack(new App(), 'loyalty');
const code = bundleHandlers({ loyalty: entry }, { conditions: ['source'] }).get('loyalty');
new ChoreographyService(stack, 'Service', {
  ...stages.local.service,
  backbone: Backbone.fromName(stack, 'Backbone', 'shop', stages.local.lookup),
  service: loyalty,
  entry,
  startAt: 'earliest',
  ...(code ? { functions: { code } } : {}),
});
