import { Ajv, type FuncKeywordDefinition } from 'ajv';
import type { SchemaIssue } from '../contract/message-type.ts';
import { impliedLength } from './ajv.ts';
import { refuseEndlessSchema } from './compatibility/constraints.ts';
import { readDocument } from './compatibility/document.ts';
import { refuseSchema, type Schema } from './compatibility/draft.ts';
import { allUnique } from './compatibility/evaluate.ts';
import { formats } from './formats.ts';
import { schemaIssue } from './issue.ts';
import { isObject } from './schema-set.ts';
import { deepEqual } from './standalone.ts';
import type { StandaloneValidator } from './validation.ts';

/** Whether a value is valid, and why not. */
export interface SchemaVerdict {
  readonly valid: boolean;
  /** Empty for a valid value. */
  readonly errors: readonly SchemaIssue[];
}

/** Issues of one value that are reported. */
const ISSUES_MAX = 10;

/** A keyword whose check is ours: that of the compiler calls `valueOf` of the data, which data may hold itself. */
function ownKeyword(
  keyword: string,
  params: (schema: unknown) => object,
  holds: (schema: unknown, data: unknown) => boolean,
): FuncKeywordDefinition {
  const validate: NonNullable<FuncKeywordDefinition['validate']> = (schema: unknown, data: unknown) => {
    if (holds(schema, data)) return true;
    validate.errors = [{ keyword, params: params(schema) }];
    return false;
  };
  return { keyword, errors: true, validate };
}

/**
 * A compiler for schemas of others, which may hold anything valid. It collects all errors: code that stops at the first
 * one skips what stands beside `items` where an array is shorter than its tuple.
 */
function createCompiler(): Ajv {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    ownProperties: true,
    messages: false,
    meta: false,
    validateSchema: false,
    logger: false,
    formats,
  });
  for (const keyword of ['enum', 'const', 'uniqueItems']) ajv.removeKeyword(keyword);
  ajv.addKeyword(
    ownKeyword(
      'enum',
      (allowedValues) => ({ allowedValues }),
      (values, data) => Array.isArray(values) && values.some((value) => deepEqual(value, data)),
    ),
  );
  ajv.addKeyword(ownKeyword('const', (allowedValue) => ({ allowedValue }), deepEqual));
  ajv.addKeyword(
    ownKeyword(
      'uniqueItems',
      () => ({}),
      (wanted, data) => wanted !== true || !Array.isArray(data) || allUnique(data),
    ),
  );
  return ajv;
}

/**
 * The validator of a schema, with its errors left on it as the generated ones have them.
 * @throws INVALID_SCHEMA for what is no schema of drafts 4, 6 and 7
 * @throws REMOTE_REF for a `$ref` to another document
 */
export function compileValidator(schema: Schema): StandaloneValidator {
  const document = readDocument(schema, 'given');
  refuseEndlessSchema(document, 'given');
  for (const each of document.schemas) if (isObject(each)) Object.assign(each, Object.fromEntries(impliedLength(each))); // a copy, made when it was read
  try {
    return createCompiler().compile(document.root) as StandaloneValidator;
  } catch (error) {
    return refuseSchema('given', '', `${error instanceof Error ? error.message : String(error)}.`);
  }
}

/**
 * Makes a validator of a schema of draft 4, 6 or 7, as `$schema` says (draft-07 without it). Formats that this package does
 * not know are not checked. For schemas that are only known when the program runs; those of a service are compiled before.
 * The caller bounds the size and the depth of the values.
 * @throws INVALID_SCHEMA for what is no schema of these drafts
 * @throws REMOTE_REF for a `$ref` to another document
 */
export function compileSchema(schema: Schema): (value: unknown) => SchemaVerdict {
  const validate = compileValidator(schema);
  return (value) => {
    if (validate(value)) return { valid: true, errors: [] };
    return { valid: false, errors: (validate.errors ?? []).slice(0, ISSUES_MAX).map((error) => schemaIssue(error, value, [])) };
  };
}
