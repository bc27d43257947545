/** An id that Mermaid takes, of a name of the code. With a prefix it is no word of Mermaid's own, such as `end`. */
export function nodeId(name: string, prefix = ''): string {
  return prefix + name.replace(/[^A-Za-z0-9]/g, '_');
}
