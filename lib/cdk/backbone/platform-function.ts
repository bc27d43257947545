import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RemovalPolicy } from 'aws-cdk-lib';
import type { NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { ServiceFunction } from '../functions/service-function.ts';

/** What a function of the platform takes; its code is part of this package. */
export interface PlatformFunctionProps {
  /** Name of its file in `lib/lambda`. */
  readonly file: 'bridge' | 'operator';
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** @default - ARM64, Node 24, ESM, 512 MB, 60 s */
  readonly functions?: Partial<NodejsFunctionProps>;
  /** @default RetentionDays.SIX_MONTHS */
  readonly logRetention?: RetentionDays;
  /** Of the log group. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
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
  const { file, description, environment, functions = {}, logRetention, removalPolicy } = props;
  const { entry, root } = fileOf(file);
  return new ServiceFunction(scope, id, {
    entry,
    handler: 'handler',
    description,
    environment,
    overrides: { projectRoot: root, depsLockFilePath: join(root, 'package.json'), ...functions },
    ...(logRetention === undefined ? {} : { logRetention }),
    ...(removalPolicy === undefined ? {} : { removalPolicy }),
  });
}
