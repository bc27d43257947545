import { delimiter, dirname, join } from 'node:path';
import type { Environment } from './folders.ts';
import type { Installation } from './install.ts';

/** What LocalStack takes from whoever starts it; any other variable might be a setting of it. */
const inherited = /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|JAVA_HOME|SSL_CERT_FILE|SSL_CERT_DIR|CHOREO_MINUTE_SECONDS)$/;

/** Where it listens, and where it keeps what it needs while it runs. */
export interface ServerPlace {
  readonly port: number;
  readonly folder: string;
  readonly kinesisVersion: string;
}

/** Environment of the LocalStack process: every line is needed, or says why. */
export function serverEnv(installation: Installation, { port, folder, kinesisVersion }: ServerPlace, env: Environment): Environment {
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => inherited.test(name)));
  return {
    ...kept,
    PATH: [dirname(process.execPath), env['PATH']].join(delimiter), // kinesis-local is started as "node"
    PYTHONPATH: installation.plugin,
    CHOREO_NODE: process.execPath,
    CHOREO_JAVA: installation.java,
    CHOREO_DYNAMODB_JARS: installation.dynamodb,
    ...(env['CHOREO_LOCALSTACK_DEBUG'] ? { DEBUG: '1' } : {}),
    ...(env['CHOREO_LOCALSTACK_SETTINGS'] ? { ENABLE_CONFIG_UPDATES: '1' } : {}), // only who asks: it lets anybody here change everything
    OVERRIDE_IN_DOCKER: '0', // in a container, LocalStack would take it for its own, and write to /var/lib/localstack
    FILESYSTEM_ROOT: join(folder, 'root'),
    TMPDIR: join(folder, 'tmp'), // the functions' code goes there
    XDG_CACHE_HOME: join(folder, 'cache'),
    GATEWAY_LISTEN: `127.0.0.1:${port}`,
    LOCALSTACK_HOST: `127.0.0.1:${port}`,
    DNS_ADDRESS: '0',
    SKIP_SSL_CERT_DOWNLOAD: '1',
    DISABLE_EVENTS: '1', // sends nothing about its use to anybody
    SQS_ENDPOINT_STRATEGY: 'path',
    EAGER_SERVICE_LOADING: '0',
    CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES: '0', // a type that it does not know fails the deployment
    DYNAMODB_IN_MEMORY: '1',
    KINESIS_MOCK_PROVIDER_ENGINE: 'node',
    KINESIS_MOCK_VERSION: kinesisVersion,
    KINESIS_PERSISTENCE: '0',
    KINESIS_LATENCY: '0',
    LAMBDA_RUNTIME_EXECUTOR: 'choreo-node',
    LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC: '0.2',
    LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC: '1',
    LAMBDA_RETRY_BASE_DELAY: '1',
  };
}
