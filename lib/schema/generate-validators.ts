import standalone from 'ajv/dist/standalone/index.js';
import { ChoreographyError } from '../contract/errors.ts';
import { checkedPart, createAjv } from './ajv.ts';
import type { SchemaVersion } from './schema-set.ts';

const opening = /^"use strict";\nexport const validate = (\w+);\nexport default \1;\n/;
// Text in quotes is matched as a whole and kept: a schema may contain anything. Where in the schema an error comes from is
// shown to nobody, and is a sixth of a validator.
const replaceable =
  /,schemaPath:"(?:[^"\\]|\\.)*"|"(?:[^"\\]|\\.)*"\)|"(?:[^"\\]|\\.)*"|require\("ajv\/dist\/runtime\/(\w+)"\)\.default|(const indices\d+ = )\{\};|require\(/g;
const runtimeNames: Readonly<Record<string, string>> = { ucs2length: 'ucs2length', equal: 'deepEqual' };

/**
 * ajv's standalone code asks for parts of ajv with `require`, even as an ES module; ours come from the validation
 * subpath. It also collects texts for `uniqueItems` as keys of `{}`, where `__proto__` would never be found.
 */
function withOurRuntime(code: string, file: string): string {
  return code.replace(replaceable, (found, runtime?: string, indices?: string) => {
    if (found.startsWith('"')) return found;
    if (found.startsWith(',')) return '';
    if (indices !== undefined) return `${indices}Object.create(null);`;
    const name = runtime === undefined ? undefined : runtimeNames[runtime];
    if (name !== undefined) return name;
    throw new ChoreographyError(
      'SCHEMA_INVALID',
      `The validator of ${file} needs ${runtime ?? 'a part'} of ajv that is not bundled: simplify the schema, and report this.`,
      {
        details: { path: file },
      },
    );
  });
}

/** A constant that holds the validator of one version. In a function of its own, so that a bundler can drop it and no name is shared. */
export function validatorDeclaration(name: string, { schema, file }: SchemaVersion): string {
  const ajv = createAjv();
  const code = standalone.default(ajv, ajv.compile(checkedPart(schema)));
  const validator = opening.exec(code)?.[1];
  if (validator === undefined)
    throw new ChoreographyError(
      'SCHEMA_INVALID',
      `The validator of ${file} has an unknown form: use the version of ajv that this package asks for.`,
      { details: { path: file } },
    );
  const body = withOurRuntime(code.replace(opening, ''), file).trim();
  return `export const ${name} = /* @__PURE__ */ (() => {\n${body}\nreturn ${validator};\n})();\n`;
}
