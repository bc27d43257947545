import type { EmulatorStatus } from '../../localstack/index.ts';
import type { Paint } from '../terminal.ts';

/** After `up`: where it is, and what to do next. */
export function upText({ localstack, endpoint = '', pid }: EmulatorStatus, paint: Paint): string {
  return `LocalStack ${localstack} is up at ${paint('bold', endpoint)} (process ${pid})

  eval "$(choreo localstack env)"   point SDKs, the AWS CLI and the CDK at it
  choreo localstack stop            end it; its state is gone
`;
}

/** Of `status`. */
export function statusText({ localstack, state, endpoint = '', pid, log }: EmulatorStatus, paint: Paint): string {
  if (state === 'down') return 'LocalStack is down. Start it with choreo localstack up.\n';
  const how = state === 'up' ? paint('green', 'is up') : paint('yellow', 'runs, but does not answer,');
  return `LocalStack ${localstack} ${how} at ${paint('bold', endpoint)} (process ${pid})\n  log  ${log}\n`;
}

/** Lines for `eval` of a shell. */
export function envText(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}=${value}\n`)
    .join('');
}
