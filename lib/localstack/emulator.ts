/** What an emulator of AWS does not do as AWS does; a stage that runs on it leaves these out, or does not rely on them. */
export interface EmulatorCapabilities {
  /** Whether policies of users, roles and resources are enforced. */
  readonly permissions: boolean;
  /** Whether a consumer with enhanced fan-out is pushed to; where not, a mapping of a consumer works, by polling. */
  readonly fanOut: boolean;
  /** Whether a stack may have custom resources, such as `autoDeleteObjects` of a bucket. */
  readonly customResources: boolean;
  /** Whether a stack may have dashboards. */
  readonly dashboards: boolean;
  /** Whether the schema registry refuses a version that is not compatible. */
  readonly schemaCompatibility: boolean;
}

/** A running emulator of AWS: where it is, how to point clients at it, what it can do. */
export interface Emulator {
  /** `http://127.0.0.1:<port>`: an address, with which SDKs need no DNS for buckets. */
  readonly endpoint: string;
  /** Environment for SDKs, the AWS CLI and the CDK: endpoints, region, keys that mean nothing. */
  readonly env: Readonly<Record<string, string>>;
  readonly capabilities: EmulatorCapabilities;
  /** Its log file. */
  readonly log: string;
  /** Ends it and everything it started; its state is gone. A second call does nothing. */
  stop(): Promise<void>;
}

/** What the Docker-less LocalStack of this package can do. */
export const localStackCapabilities: EmulatorCapabilities = {
  permissions: false,
  fanOut: false,
  customResources: false,
  dashboards: false,
  schemaCompatibility: false,
};

/** Environment for clients of an endpoint. */
export function clientEnv(endpoint: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
  };
}
