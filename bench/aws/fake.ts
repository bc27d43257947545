import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FakeCounts, FakeQuestion, FakeStarted } from './fake-aws.ts';

/** The fake, running in its own process. */
export interface Fake {
  /** Variables with which a process finds it, and trusts it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Forgets the counts; answers so many milliseconds late from now on. */
  reset(latencyMilliseconds: number): Promise<void>;
  counts(): Promise<FakeCounts>;
  stop(): void;
}

/** The next message of a child. @throws when it ends before */
export async function nextMessage<Message>(child: ChildProcess, name: string): Promise<Message> {
  const over = new AbortController();
  try {
    const events = ['message', 'exit'].map((event) => once(child, event, { signal: over.signal }));
    const [message] = (await Promise.race(events)) as readonly unknown[];
    if (typeof message !== 'object' || message === null) throw new Error(`${name} ended with ${message}`);
    return message as Message;
  } finally {
    over.abort();
  }
}

function answerOf<Answer>(child: ChildProcess, question?: FakeQuestion): Promise<Answer> {
  const answer = nextMessage<Answer>(child, 'the fake');
  if (question) child.send(question);
  return answer;
}

/** Starts the fake; `folder`: of the bundled benches, where its certificate is written, too. */
export async function startFake(folder: string): Promise<Fake> {
  const child = fork(join(folder, 'fake-aws.mjs'));
  const { port, cert } = await answerOf<FakeStarted>(child);
  const file = join(folder, 'fake-aws.pem');
  writeFileSync(file, cert);
  return {
    environment: {
      AWS_ENDPOINT_URL: `https://localhost:${port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      NODE_EXTRA_CA_CERTS: file,
    },
    reset: async (latencyMilliseconds) => void (await answerOf(child, { ask: 'reset', latencyMilliseconds })),
    counts: () => answerOf<FakeCounts>(child, { ask: 'counts' }),
    stop: () => child.disconnect(),
  };
}
