const STACKS_AT_A_TIME = '8';

// The condition lets the sample import the package by its name without a build.
const commandOf = (app: string) => `node --import tsx --conditions=source ${app}`;

/** What `cdk` is called with to write the templates of an app into a folder. */
export function synthArguments(app: string, output: string): readonly string[] {
  return ['synth', '--quiet', '--all', '--context', 'stage=local', '--output', output, '--app', commandOf(app)];
}

/** What `cdk` is called with to deploy to an emulator what `synth` has written into a folder. */
export function deployArguments(synthesized: string): readonly string[] {
  const speed = ['--concurrency', STACKS_AT_A_TIME, '--asset-parallelism', '--require-approval', 'never', '--progress', 'events'];
  return ['deploy', '--all', ...speed, '--app', synthesized];
}
