/**
 * What generated code imports, and with it every Lambda bundle: no compiler, no dependency.
 * @module
 */
import type { MessageSchema } from '../contract/message-type.ts';
import { type StandaloneError, schemaIssue } from './issue.ts';

export { formats } from './formats.ts';
export { deepEqual, ucs2length } from './standalone.ts';

/** A validator as `choreo schema generate` writes it: ajv's standalone code, which leaves its errors on itself. */
export interface StandaloneValidator {
  (data: unknown): boolean;
  errors?: readonly StandaloneError[] | null;
}

/** What generated code knows of one version of a message. */
export interface MessageSchemaDefinition {
  /** See `MessageSchema`. */
  readonly uri: string;
  /** See `MessageSchema`. */
  readonly sensitive: readonly string[];
  readonly validate: (data: unknown) => boolean;
}

/** Issues of one message that are reported; the validators stop at the first, and report more only for alternatives. */
const ISSUES_MAX = 10;

/**
 * Makes the runtime's `MessageSchema` of a generated validator. Sensitive values never show in an issue; all texts are
 * short and on one line, so that they may go to logs. The caller bounds the size and the depth of the data first.
 */
export function messageSchema({ uri, sensitive, validate }: MessageSchemaDefinition): MessageSchema {
  const validator: StandaloneValidator = validate;
  return Object.freeze({
    uri,
    sensitive,
    validate(data: unknown) {
      if (validator(data)) return [];
      return (validator.errors ?? []).slice(0, ISSUES_MAX).map((error) => schemaIssue(error, data, sensitive));
    },
  });
}
