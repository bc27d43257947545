import { ChoreographyError } from 'aws-choreography';

/** `CODE: message` of what `define` throws: the whole text that a team reads. */
export function refusal(define: () => unknown): string {
  try {
    define();
  } catch (error) {
    if (error instanceof ChoreographyError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing was refused';
}
