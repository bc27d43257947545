/** A call to a fake client of the AWS SDK: the name of the command and what it was given. */
export interface FakeCall {
  readonly command: string;
  // biome-ignore lint/suspicious/noExplicitAny: a fake answers the input of any command
  readonly input: any;
}

/** A client whose answers are made by `answer`; it keeps the calls. Errors are thrown as the SDK throws them. */
export function fakeClient(answer: (call: FakeCall, index: number) => unknown) {
  const calls: FakeCall[] = [];
  return {
    calls,
    config: {},
    middlewareStack: { add() {} },
    // biome-ignore lint/suspicious/noExplicitAny: stands for the `send` of every client
    async send(command: any): Promise<any> {
      const call = { command: command.constructor.name as string, input: command.input };
      calls.push(call);
      return answer(call, calls.length - 1);
    },
  };
}

/** An error as the SDK throws it; `status` is absent when no answer came. */
export function sdkError(name: string, status?: number, message = 'no'): Error {
  return Object.assign(new Error(message), { name, $metadata: status === undefined ? {} : { httpStatusCode: status } });
}
