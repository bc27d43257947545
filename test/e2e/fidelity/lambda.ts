import {
  DeleteRuleCommand,
  DisableRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateFunctionUrlConfigCommand, GetFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { expectThat, type Probe, pause, type Rig, until } from './probe.ts';

interface UrlEvent {
  readonly version: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly body: string;
  readonly requestContext: {
    readonly http: { readonly method: string };
    readonly authorizer?: { readonly iam: { readonly accessKey: string } };
  };
}

async function urlOf({ lambda }: Rig, name: string, auth: 'NONE' | 'AWS_IAM'): Promise<string> {
  const { FunctionUrl = '' } = await lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: name, AuthType: auth }));
  return FunctionUrl;
}

/** How long a minute of `rate(...)` is on this emulator. */
const minute = () => Number(process.env['CHOREO_MINUTE_SECONDS'] ?? 60);

/** Functions: runtime, URLs, schedules. */
export const lambdaProbes: readonly Probe[] = [
  {
    area: 'Lambda',
    rule: 'a function with runtime nodejs24.x on arm64 is taken and runs',
    async run(rig) {
      const { name } = await rig.createFunction((event: unknown) => event);
      const { Configuration } = await rig.lambda.send(new GetFunctionCommand({ FunctionName: name }));
      expectThat(Configuration?.Runtime === 'nodejs24.x' && Configuration.Architectures?.[0] === 'arm64', JSON.stringify(Configuration));
      const invoke = () => rig.lambda.send(new InvokeCommand({ FunctionName: name, Payload: '{"a":1}' })).catch(() => undefined);
      const { Payload } = await until('the invocation', invoke);
      expectThat(Buffer.from(Payload ?? []).toString() === '{"a":1}', 'another answer');
    },
  },
  {
    area: 'Lambda function URL',
    rule: 'a POST arrives as payload 2.0, the answer as status, headers and body',
    async run(rig) {
      const { name, calls } = await rig.createFunction(() => ({ statusCode: 201, headers: { 'x-probe': 'yes' }, body: '{"ok":true}' }));
      const url = await urlOf(rig, name, 'NONE');
      const response = await fetch(`${url}orders/1?a=b`, {
        method: 'POST',
        body: '{"x":1}',
        headers: { 'content-type': 'application/json' },
      });
      const event = calls[0]?.event as UrlEvent;
      expectThat(response.status === 201 && response.headers.get('x-probe') === 'yes', `answered ${response.status}`);
      const { version, rawPath, rawQueryString, body, requestContext } = event;
      const seen = [version, rawPath, rawQueryString, body, requestContext.http.method].join(' ');
      expectThat(seen === '2.0 /orders/1 a=b {"x":1} POST', `event ${seen}`);
    },
  },
  {
    area: 'Lambda function URL',
    rule: 'AWS_IAM refuses a request without a signature, and names the signer',
    async run(rig) {
      const { name, calls } = await rig.createFunction(() => ({ statusCode: 200 }));
      const url = await urlOf(rig, name, 'AWS_IAM');
      expectThat((await fetch(url, { method: 'POST' })).status === 403, 'an unsigned request was let in');
      const authorization = 'AWS4-HMAC-SHA256 Credential=AKIAPROBE/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0';
      const signed = await fetch(url, { method: 'POST', headers: { authorization } });
      const key = (calls[0]?.event as UrlEvent | undefined)?.requestContext.authorizer?.iam.accessKey;
      expectThat(signed.status === 200 && key === 'AKIAPROBE', `answered ${signed.status}, signer ${key}`);
    },
  },
  {
    area: 'Lambda function URL',
    rule: 'AWS_IAM refuses a wrong signature',
    deviates: true,
    async run(rig) {
      const { name } = await rig.createFunction(() => ({ statusCode: 200 }));
      const authorization = 'AWS4-HMAC-SHA256 Credential=AKIAPROBE/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0';
      const { status } = await fetch(await urlOf(rig, name, 'AWS_IAM'), { headers: { authorization } });
      expectThat(status === 403, 'any signature is let in');
    },
  },
  {
    area: 'EventBridge schedule',
    rule: 'rate(1 minute) runs each minute with its constant input; not after it is disabled',
    async run(rig) {
      const minuteSeconds = minute();
      const { arn, calls } = await rig.createFunction(() => 'swept');
      const Name = rig.nameOf('rule');
      await rig.events.send(new PutRuleCommand({ Name, ScheduleExpression: 'rate(1 minute)' }));
      const targets = { Rule: Name, Targets: [{ Id: 'sweep', Arn: arn, Input: '{"choreo":"sweep"}' }] };
      await rig.events.send(new PutTargetsCommand(targets));
      await rig.events.send(new PutTargetsCommand(targets)); // an update must not double it
      rig.undo.push(async () => {
        await rig.events.send(new RemoveTargetsCommand({ Rule: Name, Ids: ['sweep'] }));
        await rig.events.send(new DeleteRuleCommand({ Name }));
      });
      await until('two runs', () => calls.length >= 2, minuteSeconds * 3);
      const gap = ((calls[1]?.startedAt ?? 0) - (calls[0]?.startedAt ?? 0)) / 1000;
      expectThat(Math.abs(gap - minuteSeconds) < 2, `${gap} s between two runs`);
      expectThat(JSON.stringify(calls[0]?.event) === '{"choreo":"sweep"}', `input ${JSON.stringify(calls[0]?.event)}`);
      await rig.events.send(new DisableRuleCommand({ Name }));
      await pause(500);
      const before = calls.length;
      await pause((minuteSeconds + 2) * 1000);
      expectThat(calls.length === before, 'it ran on after it was disabled');
    },
  },
];
