import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { type FunctionLogs, functionLogs } from '../functions/function-logs.ts';
import { ServiceFunction } from '../functions/service-function.ts';

/** What a function of the platform takes; its code is part of this package. */
export interface PlatformFunctionProps extends FunctionLogs {
  /** Name of its file in `lib/lambda`. */
  readonly file: 'bridge' | 'operator';
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** @default - ARM64, Node 24, ESM, 512 MB, 60 s */
  readonly functions?: Partial<NodejsFunctionProps>;
}

/** The file of the function: TypeScript in the repository of the package, JavaScript where it is installed. */
function fileOf(name: string): { readonly entry: string; readonly root: string } {
  const here = fileURLToPath(import.meta.url);
  const extension = here.endsWith('.ts') ? 'ts' : 'js';
  let root = dirname(here);
  while (!existsSync(join(root, 'package.json')) && root !== dirname(root)) root = dirname(root);
  return { entry: join(dirname(here), '..', '..', 'lambda', `${name}.${extension}`), root };
}

/** Makes a function of the platform. The package is its own project: bundling needs no lock file of the app. */
export function platformFunction(scope: Construct, id: string, props: PlatformFunctionProps): ServiceFunction {
  const { file, description, environment, functions = {} } = props;
  const { entry, root } = fileOf(file);
  return new ServiceFunction(scope, id, {
    entry,
    handler: 'handler',
    description,
    environment,
    overrides: { projectRoot: root, depsLockFilePath: join(root, 'package.json'), ...functions },
    ...functionLogs(props),
  });
}
