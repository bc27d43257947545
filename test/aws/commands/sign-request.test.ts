import { expect, test } from 'vitest';
import { signRequest } from '../../../lib/aws/commands/sign-request.ts';

// Signatures of the AWS SDK's own signer (@smithy/signature-v4 5.7.5) for the same requests.
test.each([
  [
    'with a session',
    'https://abc.lambda-url.us-east-1.on.aws/PlaceOrder',
    'tok==',
    'content-type;host;idempotency-key;x-amz-date;x-amz-security-token',
    '21177e672b53c26c3035d1b4973f372e3812018e662bd1af16b52dc6c2edff69',
  ],
  [
    'with a port and a path that needs escapes',
    'http://localhost:4566/base%20x/a(b)/PlaceOrder',
    undefined,
    'content-type;host;idempotency-key;x-amz-date',
    'c970ed654af751e89b4188975aee35bea7b6e55866f3fe7d92242c09bc62ef27',
  ],
])('a request %s is signed as the AWS SDK signs it', (_, url, sessionToken, names, signature) => {
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', ...(sessionToken === undefined ? {} : { sessionToken }) };
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'k  1' };
  const request = { url: new URL(url), headers, body: JSON.stringify({ a: 'ü' }) };
  const at = Date.UTC(2026, 10, 25, 8, 0, 0, 123);
  const signed = signRequest(request, { credentials, region: 'us-east-1', service: 'lambda', at });
  expect(signed).toEqual({
    ...headers,
    'x-amz-date': '20261125T080000Z',
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
    authorization: `AWS4-HMAC-SHA256 Credential=AKID/20261125/us-east-1/lambda/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
  });
});
