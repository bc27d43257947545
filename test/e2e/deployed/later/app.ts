// Another team's app: it knows the backbone by its name alone.
import { App, Stack } from 'aws-cdk-lib';
import { Backbone, bundleHandlers, ChoreographyService } from '../../../../lib/cdk/index.ts';
import { stages } from '../../../../lib/cdk/stage.ts';
import { loyalty } from './service.ts';

const entry = 'test/e2e/deployed/later/handler.ts';
const { fanOut, alarms, logRetention, removalPolicy } = stages.local;
process.env['CDK_VALIDATION'] = 'false';
const stack = new Stack(new App(), 'loyalty');
const code = bundleHandlers({ loyalty: entry }, { conditions: ['source'] }).get('loyalty');
new ChoreographyService(stack, 'Service', {
  ...{ fanOut, alarms, logRetention, removalPolicy },
  backbone: Backbone.fromName(stack, 'Backbone', 'shop', { encryptionKey: false }),
  service: loyalty,
  entry,
  startAt: 'earliest',
  ...(code ? { functions: { code } } : {}),
});
