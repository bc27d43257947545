import { Aws } from 'aws-cdk-lib';
import { Grant, type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/** Services of AWS that use a key for what a principal reads and writes. */
export type KeyUser = 'dynamodb' | 'kinesis' | 'sqs';

/** What the services of AWS need to read and write encrypted data for a principal. */
const useActions = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** Lets somebody use a key, but only through these services: nobody decrypts by hand. Without a key there is nothing to grant. */
export function grantKeyUse(key: IKey | undefined, grantee: IGrantable, through: readonly KeyUser[]): void {
  if (!key) return;
  const services = through.map((service) => `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`);
  Grant.addToPrincipal({
    grantee,
    actions: useActions,
    resourceArns: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': services } },
  });
}

/**
 * Lets EventBridge put events of rules of this account into queues that the key encrypts, those of services in other
 * stacks included: they cannot change the key's policy themselves. A key you bring needs the same statement.
 */
export function letEventBridgeUse(key: IKey): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'RulesToQueues',
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
}
