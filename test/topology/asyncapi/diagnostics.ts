import { type AsyncAPIDocumentInterface, Parser } from '@asyncapi/parser';
import type { AsyncApiDocument } from '../../../lib/topology/asyncapi/document.ts';

/**
 * Codes that say nothing about the document: 3.1.0 has bindings for one more protocol, which is none of ours, and fewer tools
 * read it. Information, and neither an error nor a warning.
 */
const known: ReadonlySet<string | number> = new Set(['asyncapi-latest-version']);
const severities = ['error', 'warning', 'information', 'hint'];

/** What the parser of AsyncAPI says of a document, one line each, and what it read. */
export async function parsed(document: AsyncApiDocument): Promise<{
  readonly says: readonly string[];
  readonly read: AsyncAPIDocumentInterface | undefined;
}> {
  const { diagnostics, document: read } = await new Parser().parse(JSON.stringify(document));
  const says = diagnostics
    .filter(({ code }) => !known.has(code))
    .map(({ severity, code, path, message }) => `${severities[severity]} ${code} at ${path.join('/')}: ${message}`);
  return { says, read };
}
