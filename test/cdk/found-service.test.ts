import { Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Function as Api, Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import { order } from '../../functions/order/service.ts';
import { search } from '../../functions/search/service.ts';
import { ChoreographyService } from '../../lib/cdk/index.ts';
import { parametersOf, resourcesOf, serviceStack, statementsOf, testApp } from './synth.ts';

function deskAndOrder(props: StackProps = {}) {
  const app = testApp();
  const { stack: owner, service } = serviceStack(order, {}, new Stack(app, 'shop-order', props));
  const desk = new Stack(app, 'desk', props);
  const role = (id: string) => new Role(desk, id, { assumedBy: new AccountRootPrincipal() });
  const templates = () => [owner, desk].map((stack) => JSON.stringify(Template.fromStack(stack).toJSON()));
  return { owner, service, desk, role, templates };
}
const exported = /"Export"|Fn::ImportValue/;

describe('commands are granted to another stack', () => {
  test('by the name of the service: no stack exports anything or waits for another, so each is deployed and removed alone', () => {
    const { owner, desk, role, templates } = deskAndOrder();
    const found = ChoreographyService.fromName(desk, 'Order', { backbone: 'shop', service: 'order' });
    found.grantSendCommand(role('Caller'));
    found.grantSendCommand(role('Other'));

    expect(parametersOf(owner)['/choreo/shop/command-functions/order']).toBe('<ServiceCommandFunction.Arn>');
    const looked = Object.values(Template.fromStack(desk).findParameters('*')).map(({ Type, Default }) => [Type, Default]);
    expect(looked).toContainEqual(['AWS::SSM::Parameter::Value<String>', '/choreo/shop/command-functions/order']);
    const Resource = '<ssm:choreoshopcommandfunctionsorder>';
    const statements = [
      {
        Action: 'ssm:GetParameter',
        Resource: 'arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/choreo/shop/commands/order',
      },
      {
        Action: 'lambda:InvokeFunctionUrl',
        Resource,
        Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      },
      { Action: 'lambda:InvokeFunction', Resource, Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': true } } },
    ];
    expect([statementsOf(desk, 'Caller'), statementsOf(desk, 'Other')]).toEqual([statements, statements]);
    for (const template of templates()) expect(template).not.toMatch(exported);
    expect(desk.dependencies).toEqual([]);
  });

  test('by name also where the stacks say their account, and to a function', () => {
    const { desk, templates } = deskAndOrder({ env: { account: '111122223333', region: 'eu-west-1' } });
    const runtime = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('//') };
    ChoreographyService.fromName(desk, 'Order', { backbone: 'shop', service: 'order' }).grantSendCommand(new Api(desk, 'Api', runtime));
    expect(statementsOf(desk, 'Api').map(({ Action, Resource }) => [Action, Resource])).toEqual([
      ['ssm:GetParameter', 'arn:aws:ssm:eu-west-1:111122223333:parameter/choreo/shop/commands/order'],
      ['lambda:InvokeFunctionUrl', '<ssm:choreoshopcommandfunctionsorder>'],
      ['lambda:InvokeFunction', '<ssm:choreoshopcommandfunctionsorder>'],
    ]);
    expect(resourcesOf(desk).map(({ type }) => type)).toEqual(['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::Lambda::Function']);
    for (const template of templates()) expect(template).not.toMatch(exported);
  });

  test('by its construct: CloudFormation exports', () => {
    const { service, role, templates } = deskAndOrder();
    service.grantSendCommand(role('Caller'));
    for (const template of templates()) expect(template).toMatch(exported);
  });
});

test('a service without a URL for commands is not found by a grant', () => {
  const without = [serviceStack(search), serviceStack(order, { commandAccess: 'none' })];
  for (const { stack } of without)
    expect(Object.keys(parametersOf(stack)).filter((name) => name.includes('/command-functions/'))).toEqual([]);
});
