import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { buildShop } from '../../bin/shop-stacks.ts';
import { stages } from '../../lib/cdk/index.ts';
import { testApp } from './synth.ts';

function findings(stage: keyof typeof stages): readonly string[] {
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
  buildShop(app, stages[stage], 'shop', new Map());
  app.synth();
  return [...new Set(found)].sort();
}

test('every finding of the rule packs is explained where it is caused', () => {
  expect(findings('prod')).toEqual([]);
});
