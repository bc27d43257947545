import type { MessageSchema } from '../contract/message-type.ts';
import { compileValidator } from './compile-schema.ts';
import { lintSchema } from './lint.ts';
import { throwProblems } from './problem.ts';
import type { RegisteredSchema } from './registry.ts';
import { sensitiveFields } from './sensitive-fields.ts';
import { schemaUri } from './uri.ts';
import { messageSchema } from './validation.ts';

/**
 * What a registry knows of a version as the runtime takes it: the verdict of the generated validators, for a schema that
 * this process was not built with. It passes the same rules as a file, as a registry takes any text: a pattern that takes
 * for ever would hold up every message.
 * @throws INVALID_SCHEMA, REMOTE_REF, SCHEMA_UNSAFE
 */
export function compileRegistered({ type, version, schema }: RegisteredSchema): MessageSchema {
  const validate = compileValidator(schema); // first: the rules expect a schema
  throwProblems(lintSchema({ file: `${type}/${version}.json`, text: JSON.stringify(schema), schema }), 'the registry');
  return messageSchema({ uri: schemaUri(type, version), sensitive: sensitiveFields(schema), validate });
}
