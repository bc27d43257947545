import type { Readable } from 'node:stream';

/** What the handler of a client gives back when the headers of an answer are there; the body goes on coming. */
export interface Answer {
  readonly response: { readonly body: Readable };
}

/** The handler of a client of the AWS SDK. */
export interface Handler {
  handle(request: unknown, options?: { readonly requestTimeout?: number }): Promise<Answer>;
}

/** Ends an answer with an error after which the SDK tries again; where nobody reads the answer, it is nobody's error. */
function giveUp(body: Readable): void {
  body.once('error', () => {});
  body.destroy(Object.assign(new Error('the answer stopped half-way'), { name: 'TimeoutError' }));
}

/** Ends an answer that is not whole when the time is over: the bound of an attempt ends with the headers of its answer. */
export function endWithin({ response: { body } }: Answer, milliseconds: number): void {
  const timer = setTimeout(() => giveUp(body), milliseconds);
  body.once('close', () => clearTimeout(timer));
}
