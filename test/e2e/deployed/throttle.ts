/** Settings of LocalStack with which it throttles. */
const settings = ['DYNAMODB_ERROR_PROBABILITY', 'KINESIS_ERROR_PROBABILITY'] as const;

async function set(variable: string, value: number): Promise<void> {
  const url = `${process.env['AWS_ENDPOINT_URL']}/_localstack/config`;
  const { ok, status } = await fetch(url, { method: 'POST', body: JSON.stringify({ variable, value }) });
  if (!ok) throw new Error(`${variable} could not be set: ${status}`);
}

/** Runs something while this share of the calls to DynamoDB, and of those that put records onto a stream, is throttled. */
export async function throttled<Result>(share: number, run: () => Promise<Result>): Promise<Result> {
  for (const setting of settings) await set(setting, share);
  try {
    return await run();
  } finally {
    for (const setting of settings) await set(setting, 0);
  }
}
