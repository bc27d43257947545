/** What handlers use of Lambda's context object. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** What Lambda reads to deliver some records of a batch again. An empty list: all are done. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Milliseconds since 1970 at which the platform stops the invocation. */
export function deadlineOf(context: LambdaContext, nowMs: number): number {
  return nowMs + context.getRemainingTimeInMillis();
}
