const STACKS_AT_A_TIME = '8';

/** What `cdk` is called with to deploy an app to an emulator. `output`: a folder for the templates. */
export function deployArguments(app: string, output: string): readonly string[] {
  const speed = ['--concurrency', STACKS_AT_A_TIME, '--asset-parallelism', '--require-approval', 'never', '--progress', 'events'];
  // The condition lets the sample import the package by its name without a build.
  return [
    'deploy',
    '--all',
    '--context',
    'stage=local',
    '--output',
    output,
    ...speed,
    '--app',
    `node --import tsx --conditions=source ${app}`,
  ];
}
