import { type App, Stack, Validations } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { buildShop } from '../../bin/shop-stacks.ts';
import { notification } from '../../functions/notification/service.ts';
import { stages } from '../../lib/cdk/index.ts';
import { busyService } from './messages.ts';
import { serviceStack, testApp } from './synth.ts';

const env = { account: '111122223333', region: 'eu-west-1' };

/** What the rule packs of cdk-nag have to say about what is built. */
function findings(build: (app: App) => void): readonly string[] {
  const app = testApp();
  const found: string[] = [];
  for (const pack of [new AwsSolutionsChecks(app), new ServerlessChecks(app)]) {
    Validations.of(app).addPlugins({
      name: pack.name,
      validate(context: never) {
        const report = pack.validate(context);
        for (const { ruleName, violatingResources } of report.violations) {
          found.push(
            ...violatingResources.map(
              ({ constructPath, resourceLogicalId }: { constructPath?: string; resourceLogicalId?: string }) =>
                `${ruleName} ${constructPath ?? resourceLogicalId}`,
            ),
          );
        }
        return { success: true, violations: [] };
      },
    } as never);
  }
  build(app);
  app.synth();
  return [...new Set(found)].sort();
}

test.each(['prod', 'dev', 'local'] as const)('every finding of the rule packs is explained where it is caused: %s', (stage) => {
  expect(findings((app) => buildShop(app, stages[stage], 'shop', new Map()))).toEqual([]);
});

test('so is that of functions in a network', () => {
  const build = (app: App) => {
    const stack = new Stack(app, 'net', { env });
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'] });
    serviceStack(notification, { functions: { vpc } }, stack);
  };
  expect(findings(build)).toEqual([]);
});

test('the one that is left names all schemas of the registry, where a service takes many types', () => {
  const [only, ...others] = findings((app) => void serviceStack(busyService('stream', 30), {}, new Stack(app, 'busy', { env })));
  expect(only).toMatch(
    /^AwsSolutions-IAM5\[Resource::arn:aws:glue:.*:schema\/.*\/\*\] busy\/Service\/Worker\/Role\/DefaultPolicy\/Resource$/,
  );
  expect(others).toEqual([]);
});
