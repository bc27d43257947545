import type { Envelope } from '../../contract/envelope.ts';
import { ChoreographyError, isChoreographyError } from '../../contract/errors.ts';
import { issueText, type MessageSchema } from '../../contract/message-type.ts';
import { parseSchemaUri } from '../../schema/uri.ts';
import type { MessageCheck, MessageProblem } from '../ports/operator-ports.ts';
import type { WriterSchemas } from '../ports/writer-schemas.ts';
import { checkHops, readSent } from './decode.ts';

function problemOf(error: unknown): MessageProblem {
  if (!isChoreographyError(error)) throw error;
  const { attribute } = error.details;
  return { path: typeof attribute === 'string' ? `/${attribute}` : '', rule: error.message };
}

/** A schema that the registry has and that nobody can use says as little about a message as one that is not there. */
async function found(schemas: WriterSchemas, type: string, version: number): Promise<MessageSchema | string | undefined> {
  try {
    return await schemas.find(type, version);
  } catch (error) {
    if (isChoreographyError(error, 'REGISTRY_UNAVAILABLE') || !(error instanceof ChoreographyError)) throw error;
    return error.message;
  }
}

/**
 * What a service would find wrong with a message before any reaction of it runs: caps, envelope, and the schema of the
 * version that it names. The service's upcasts are code of its own, and not run.
 * @throws REGISTRY_UNAVAILABLE (retryable)
 */
export async function checkMessage(message: Envelope, schemas: WriterSchemas): Promise<MessageCheck> {
  try {
    checkHops(readSent(message));
  } catch (error) {
    return { problems: [problemOf(error)], schema: 'not-asked' };
  }
  const { type, dataschema, data } = message;
  const named = parseSchemaUri(dataschema);
  if (named?.type !== type) {
    const rule = `The dataschema "${dataschema.slice(0, 80)}" does not name a version of ${type}.`;
    return { problems: [{ path: '/dataschema', rule }], schema: 'not-asked' };
  }
  const schema = await found(schemas, type, named.version);
  if (typeof schema === 'string') return { problems: [], schema: 'unknown', why: schema };
  if (!schema) return { problems: [], schema: 'unknown', why: `nobody has registered ${type} version ${named.version}` };
  const issues = schema.validate(data);
  return {
    problems: issues.map((issue) => ({ path: `/data${issue.path}`, rule: `${type} version ${named.version}: ${issueText(issue)}.` })),
    schema: 'known',
  };
}
