/** The name of a queue or a stream, from its URL or ARN. */
export function resourceName(urlOrArn: string): string {
  return urlOrArn.split(/[/:]/).at(-1) ?? '';
}
