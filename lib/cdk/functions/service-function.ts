import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, NodejsFunction, type NodejsFunctionProps, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { type ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { FUNCTION_MEGABYTES } from '../../contract/limits.ts';
import { expectFindings } from '../expected-finding.ts';
import { keptOnceMade } from '../kept-once-made.ts';
import { misuse } from '../misuse.ts';
import { refuseWithoutEffectOnFunction } from '../without-effect.ts';
import { bundleFolder } from './bundle-folder.ts';
import { BUNDLE_TARGET, type BundleReport, type Esbuild, findEsbuild, REQUIRE_BANNER } from './esbuild.ts';
import type { FunctionLogs } from './function-logs.ts';
import { bundleHandler } from './handler-bundle.ts';

/** Seconds that one invocation may take. The runtime takes over what is left of it, and stops 5 s before. */
export const FUNCTION_TIMEOUT_SECONDS = 60;

/** Where the CDK has to bundle, in one file: without esbuild here, it does so in Docker; or a team has options of its own for it. */
const bundlingDefaults: BundlingOptions = {
  format: OutputFormat.ESM,
  target: BUNDLE_TARGET,
  mainFields: ['module', 'main'],
  minify: true,
  sourceMap: true,
  sourcesContent: false,
  banner: REQUIRE_BANNER,
  bundleAwsSDK: true, // the version that was tested, not the one that the runtime brings
};

/** What a function of this package is made of. */
export interface ServiceFunctionProps extends FunctionLogs {
  readonly entry: string;
  readonly handler: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What a team sets itself; wins over everything else; variables of both are there. @default - nothing */
  readonly overrides?: Partial<NodejsFunctionProps>;
}

/** The policy of AWS with which a function may be placed in a network. */
const NETWORK_POLICY = 'AWSLambdaVPCAccessExecutionRole';

/** A role that may write to one log group and nothing else. `vpc`: and be placed in a network. */
function functionRole(scope: Construct, logGroup: ILogGroup, vpc: boolean): Role {
  const role = new Role(scope, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  if (vpc) {
    role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName(`service-role/${NETWORK_POLICY}`));
    expectFindings(role, 'It is what Lambda needs to put a function into a network; EC2 takes no narrower resource for it.', [
      `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/${NETWORK_POLICY}]`,
    ]);
  }
  logGroup.grantWrite(role);
  return role;
}

/** esbuild says what is wrong with a file; that there is none is said here, with the folder that it was looked for in. */
function bundle(scope: Construct, esbuild: Esbuild, files: { readonly entry: string; readonly outdir: string }): BundleReport {
  try {
    return bundleHandler(esbuild, files);
  } catch (cause) {
    if (existsSync(files.entry)) throw cause;
    const problem = `\`entry\` is ${files.entry}, and there is no file ${resolve(files.entry)}`;
    throw misuse(scope, 'HANDLER_MISSING', `${problem}: give its path from the folder of cdk.json.`, files);
  }
}

/** Lambda finds out at the first event that a handler is not there; the bundle shows it now. */
function checkExports(scope: Construct, entry: string, { outputs }: BundleReport, handlers: readonly string[]): void {
  const exported = Object.values(outputs).flatMap((output) => (output.entryPoint === undefined ? [] : output.exports));
  const missing = handlers.filter((handler) => !exported.includes(handler));
  if (missing.length === 0) return;
  const remedy = 'the file of a service has: export const { worker, command } = createHandlers(service)';
  throw misuse(scope, 'HANDLER_MISSING', `${entry} exports no ${missing.join(' and no ')}; ${remedy}.`, { entry, missing });
}

/**
 * The code in chunks, of which the start reads few; `undefined` where the CDK is to do it in its own way, or not at all. It is
 * the same for all handlers of a file: who has more than one function of it gives it to them as `code`.
 * @throws HANDLER_MISSING when there is no such file, or it does not export `handlers`
 */
export function bundledCode(
  scope: Construct,
  entry: string,
  handlers: readonly string[],
  { code, bundling }: Partial<NodejsFunctionProps> = {},
): Code | undefined {
  if (code || bundling || !Stack.of(scope).bundlingRequired) return code;
  const esbuild = findEsbuild();
  if (!esbuild) return undefined;
  const outdir = bundleFolder();
  checkExports(scope, entry, bundle(scope, esbuild, { entry, outdir }), handlers);
  return Code.fromAsset(outdir);
}

/** A function on Node 24 and ARM64, bundled as an ES module with its own SDK, its own role and its own log group. */
export class ServiceFunction extends Construct {
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { overrides = {}, logRetention = RetentionDays.SIX_MONTHS, removalPolicy = RemovalPolicy.RETAIN } = props;
    refuseWithoutEffectOnFunction(this, overrides);
    const code = bundledCode(this, props.entry, [props.handler], overrides);
    const logGroup = overrides.logGroup
      ? LogGroup.fromLogGroupName(this, 'Logs', overrides.logGroup.logGroupRef.logGroupName)
      : new LogGroup(this, 'Logs', { retention: logRetention, removalPolicy: keptOnceMade(removalPolicy) });
    this.function = new NodejsFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: FUNCTION_MEGABYTES,
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS),
      loggingFormat: LoggingFormat.TEXT, // Powertools writes JSON already
      ...(overrides.role ? {} : { role: functionRole(this, logGroup, overrides.vpc !== undefined) }),
      // What invokes a function asynchronously comes again: a tick each minute, and a queue of old ones helps nobody.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      logGroup,
      ...overrides,
      ...(code ? { code } : {}),
      entry: props.entry,
      handler: `index.${props.handler}`, // in full: with `code` given, nobody puts the file before it
      description: props.description,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment, ...overrides.environment },
      bundling: { ...bundlingDefaults, ...overrides.bundling },
    });
    this.#explain();
  }

  #explain(): void {
    expectFindings(
      this.function,
      'Spans are written through OpenTelemetry: the X-Ray SDK is in maintenance. Set `functions.tracing` to have both.',
      ['Serverless-LambdaTracing'],
    );
    expectFindings(this.function, 'Asynchronous invocations are ticks alone; the next minute brings another one.', [
      'Serverless-LambdaDLQ',
      'Serverless-LambdaAsyncFailureDestination',
    ]);
  }
}
