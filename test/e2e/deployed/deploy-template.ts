// What a team does with a printed template and a tool of its own: code into a bucket, the template to CloudFormation.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { zipOf } from '../zip.ts';

const DEPLOY_SECONDS_MAX = 240;
/** Of a bucket's request; the emulator reads no more of it. */
const authorization = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';

async function put(path: string, body?: Buffer): Promise<void> {
  const { ok, status } = await fetch(`${process.env['AWS_ENDPOINT_URL']}/${path}`, {
    method: 'PUT',
    headers: { authorization },
    ...(body ? { body: new Uint8Array(body) } : {}),
  });
  if (!ok) throw new Error(`${path} could not be written: ${status}`);
}

/** All files below a folder, by their paths in it. */
async function filesBelow(folder: string): Promise<Readonly<Record<string, Buffer>>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [relative(folder, path), await readFile(path)] as const)));
}

/** Zips each folder of code that `cdk synth` has written, and uploads it under its hash. */
export async function uploadCode(folder: string, bucket: string): Promise<void> {
  await put(bucket);
  const entries = await readdir(folder, { withFileTypes: true });
  for (const { name } of entries.filter((entry) => entry.isDirectory() && entry.name.startsWith('asset.')))
    await put(`${bucket}/${name.slice('asset.'.length)}.zip`, zipOf(await filesBelow(join(folder, name))));
}

/** Deploys a template without the CDK. */
export async function deployTemplate(name: string, TemplateBody: string, parameters: Readonly<Record<string, string>> = {}): Promise<void> {
  const client = new CloudFormationClient();
  const Parameters = Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));
  await client.send(new CreateStackCommand({ StackName: name, TemplateBody, Parameters, Capabilities: ['CAPABILITY_IAM'] }));
  try {
    await waitUntilStackCreateComplete({ client, maxWaitTime: DEPLOY_SECONDS_MAX, minDelay: 1, maxDelay: 2 }, { StackName: name });
  } catch (cause) {
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: name }));
    const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('FAILED'));
    const reasons = failed.map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId}: ${ResourceStatusReason}`);
    throw new Error(`${name} was not deployed: ${reasons.join('; ')}`, { cause });
  }
}
