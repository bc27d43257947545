import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { PARAMETER_CHARACTERS_MAX } from '../contract/deployment.ts';
import { ChoreographyError } from '../contract/errors.ts';
import { isCallerFault, sdkErrorName, sdkErrorText } from './calls/sdk-error.ts';

/** SSM parameters, by their full names. All throw PARAMETERS_UNAVAILABLE, retryable unless the caller is at fault. */
export interface Parameters {
  get(name: string): Promise<string | undefined>;
  /** All below a path, at any depth: value by full name. */
  list(path: string): Promise<ReadonlyMap<string, string>>;
  /** Replaces what is there. @throws PARAMETER_TOO_LONG */
  put(name: string, value: string): Promise<void>;
  /** One that is not there is fine. */
  remove(name: string): Promise<void>;
  /** Where they are looked for. @default - a client that does not know */
  region(): Promise<string | undefined>;
}

/** Pages of ten parameters in one listing. */
const PAGES_MAX = 500;

async function call<Answer>(name: string, action: string, answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (sdkErrorName(error) === 'ParameterNotFound') return undefined;
    throw new ChoreographyError('PARAMETERS_UNAVAILABLE', `The parameter ${name} could not be ${action}: ${sdkErrorText(error)}`, {
      cause: error,
      details: { name },
      retryable: !isCallerFault(error),
    });
  }
}

/** Reads and writes SSM parameters. */
export function createParameters(
  client: Pick<SSMClient, 'send'> & { readonly config?: Partial<Pick<SSMClient['config'], 'region'>> },
): Parameters {
  return {
    get: async (Name) => (await call(Name, 'read', client.send(new GetParameterCommand({ Name }))))?.Parameter?.Value,
    async list(Path) {
      const values = new Map<string, string>();
      let NextToken: string | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const command = new GetParametersByPathCommand({ Path, Recursive: true, NextToken });
        const answer = await call(Path, 'listed', client.send(command));
        for (const { Name = '', Value = '' } of answer?.Parameters ?? []) values.set(Name, Value);
        NextToken = answer?.NextToken;
        if (NextToken === undefined) return values;
      }
      throw new ChoreographyError('PARAMETERS_UNAVAILABLE', `More than ${PAGES_MAX} pages of parameters are below ${Path}.`, {
        details: { name: Path },
      });
    },
    async put(Name, Value) {
      if (Value.length > PARAMETER_CHARACTERS_MAX) {
        const message = `The parameter ${Name} would have ${Value.length} characters; it may have ${PARAMETER_CHARACTERS_MAX}. Split the value.`;
        throw new ChoreographyError('PARAMETER_TOO_LONG', message, { details: { name: Name, characters: Value.length } });
      }
      await call(Name, 'written', client.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true })));
    },
    async remove(Name) {
      await call(Name, 'removed', client.send(new DeleteParameterCommand({ Name })));
    },
    region: async () => client.config?.region?.(),
  };
}
