import ts from 'typescript6';
import { at, nodesOf, type Rule, type Source } from './source.ts';

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 60;

function linesOf({ text }: Source): number {
  return text.trimEnd().split('\n').length;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

/** A file that fits on a few screens; the median in the message says what is usual. */
export const fileLines: Rule = (sources) => {
  const usual = median(sources.map(linesOf));
  return sources
    .filter((source) => linesOf(source) > FILE_LINES_MAX)
    .map((source) => `${source.path}:1 has ${linesOf(source)} lines, at most ${FILE_LINES_MAX} (median of all files: ${usual})`);
};

/** A function counts with the closures inside it. */
export const functionLines: Rule = (sources) =>
  sources.flatMap((source) => {
    const long: string[] = [];
    for (const node of nodesOf(source.tree)) {
      if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) continue;
      const first = source.tree.getLineAndCharacterOfPosition(node.getStart(source.tree)).line;
      const lines = source.tree.getLineAndCharacterOfPosition(node.end).line - first + 1;
      if (lines > FUNCTION_LINES_MAX) long.push(`${at(source, node)} a function of ${lines} lines, at most ${FUNCTION_LINES_MAX}`);
    }
    return long;
  });
