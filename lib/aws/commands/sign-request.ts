import { createHash, createHmac } from 'node:crypto';

/** Credentials as the AWS SDK finds them. */
export interface RequestCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A POST that is to be signed. */
export interface UnsignedRequest {
  readonly url: URL;
  /** Names in lower case; `host` comes from the URL. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** By whom, where and when it is signed. */
export interface SigningScope {
  readonly credentials: RequestCredentials;
  readonly region: string;
  /** E.g. `lambda` for a function URL. */
  readonly service: string;
  /** Milliseconds since 1970; AWS refuses what is more than 5 minutes off. */
  readonly at: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Signature Version 4 encodes each part of a path that is encoded already once more. */
function canonicalPath({ pathname }: URL): string {
  return pathname
    .split('/')
    .map((part) => encodeURIComponent(part).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`))
    .join('/');
}

/**
 * Signs a POST without a query (AWS Signature Version 4, in the `Authorization` header) and returns all headers but `host`,
 * which is part of the signature and of every request.
 */
export function signRequest(
  { url, headers, body }: UnsignedRequest,
  { credentials, region, service, at }: SigningScope,
): Record<string, string> {
  const date = new Date(at).toISOString().replace(/[:-]|\.\d{3}/g, '');
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const sent = { ...headers, 'x-amz-date': date, ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }) };
  const signed = Object.entries({ ...sent, host: url.host })
    .map(([name, value]) => [name, value.trim().replace(/ +/g, ' ')] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const request = ['POST', canonicalPath(url), '', ...signed.map(([name, value]) => `${name}:${value}`), '', names, sha256(body)].join(
    '\n',
  );
  const scope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
  const key = [date.slice(0, 8), region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const signature = hmac(key, [ALGORITHM, date, scope, sha256(request)].join('\n')).toString('hex');
  return { ...sent, authorization: `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}` };
}
