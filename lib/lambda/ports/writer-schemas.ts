import type { WriterSchemas } from '../../runtime/ports/writer-schemas.ts';

/**
 * The port of newer schemas, opened at the first question: most processes never ask. An opening that failed is tried again
 * with the next question.
 */
export function lazyWriterSchemas(open: () => Promise<WriterSchemas>): WriterSchemas {
  let opening: Promise<WriterSchemas> | undefined;
  return {
    async find(type, version) {
      opening ??= open().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return (await opening).find(type, version);
    },
  };
}
