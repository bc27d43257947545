import { ChoreographyError } from '../contract/errors.ts';

/** For `.catch` of what writes a file. @throws OUTPUT_UNWRITABLE */
export function unwritable(path: string): (cause: unknown) => never {
  return (cause) => {
    throw new ChoreographyError('OUTPUT_UNWRITABLE', `${path} cannot be written.`, { cause, details: { path } });
  };
}
