import type { StreamReader } from '../../runtime/ports/stream-reader.ts';

/** Makes something at its first use, once for the process: most processes never need most clients. */
export function later<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A reader of a stream that is made at its first use. */
export function laterReader(open: () => Promise<StreamReader>): StreamReader {
  const reader = later(open);
  return { shards: async () => (await reader()).shards(), read: async (query) => (await reader()).read(query) };
}
