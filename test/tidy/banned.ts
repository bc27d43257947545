import ts from 'typescript6';
import { at, nodesOf, type Rule, type Source } from './source.ts';

/** Folders whose code takes time and randomness from ports alone. */
const deterministic = /^lib\/(?:contract|schema|runtime|embedded|topology|operations)\//;
/** The one place where the embedded engine meets the real clock. */
const realTime = new Set(['lib/embedded/time/scheduler.ts']);
const impure = new Set(['Date.now', 'Math.random', 'performance.now', 'crypto.randomUUID', 'process.hrtime', 'crypto.getRandomValues']);
const impureNames = new Set(['setTimeout', 'setInterval', 'setImmediate', 'randomUUID', 'randomBytes', 'randomInt']);
/** Files that a tool or a user's command loads by their default export. */
const defaultExports = /(?:^|\/)(?:choreography|choreo\.config|[a-z-]+\.config)\.ts$/;

function findings(sources: readonly Source[], find: (node: ts.Node, source: Source) => string | undefined): readonly string[] {
  return sources.flatMap((source) => {
    const found: string[] = [];
    for (const node of nodesOf(source.tree)) {
      const problem = find(node, source);
      if (problem !== undefined) found.push(`${at(source, node)} ${problem}`);
    }
    return found;
  });
}

function isAllowed(node: ts.Node, { text, tree }: Source): boolean {
  const lines = text.split('\n');
  for (let outer: ts.Node = node; !ts.isSourceFile(outer); outer = outer.parent) {
    const before = lines[tree.getLineAndCharacterOfPosition(outer.getStart(tree)).line - 1] ?? '';
    if (/^\s*\/\/ biome-ignore lint\/suspicious\/noExplicitAny: \S/.test(before)) return true;
    if (ts.isStatement(outer) || ts.isTypeElement(outer) || ts.isClassElement(outer)) return false;
  }
  return false;
}

/** `any` turns the checks off; where nothing else works, a biome-ignore on the line before says why. */
export const noAny: Rule = (sources) =>
  findings(sources, (node, source) =>
    node.kind === ts.SyntaxKind.AnyKeyword && !isAllowed(node, source)
      ? '`any` without a biome-ignore and its reason on the line before'
      : undefined,
  );

/** A library does not print. */
export const noConsole: Rule = (sources) =>
  findings(
    sources.filter(({ path }) => path.startsWith('lib/') && !path.startsWith('lib/cli/')),
    (node) =>
      ts.isPropertyAccessExpression(node) && node.expression.getText() === 'console'
        ? `${node.getText()} outside lib/cli and bin`
        : undefined,
  );

function impureUse(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node) && impure.has(node.getText())) return node.getText();
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) return 'new Date()';
  if (ts.isImportSpecifier(node)) return impureNames.has((node.propertyName ?? node.name).text) ? node.getText() : undefined;
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && impureNames.has(node.expression.text))
    return `${node.expression.text}()`;
  return undefined;
}

/** The same input gives the same run: time and randomness come from ports. */
export const noHiddenInput: Rule = (sources) =>
  findings(
    sources.filter(({ path }) => deterministic.test(path) && !realTime.has(path)),
    (node) => {
      const use = impureUse(node);
      return use === undefined ? undefined : `${use}: take time and randomness from a port`;
    },
  );

/** Unfinished work belongs into an issue. */
export const noTodo: Rule = (sources) =>
  sources.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) => (/\b(?:TODO|FIXME|XXX|HACK)\b/.test(line) ? [`${path}:${index + 1} unfinished: ${line.trim()}`] : [])),
  );

/** A name that is the same everywhere can be searched. */
export const noDefaultExport: Rule = (sources) =>
  findings(
    sources.filter(({ path }) => !defaultExports.test(path)),
    (node) => {
      const isDefault = ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword;
      const renamed = ts.isExportSpecifier(node) && node.name.text === 'default';
      return isDefault || renamed ? 'a default export; name it' : undefined;
    },
  );

/** A test that is switched off looks like one that passes. */
export const noSkippedTest: Rule = (sources) =>
  findings(sources, (node) =>
    ts.isPropertyAccessExpression(node) && /^(?:test|it|describe)(?:\.\w+)*\.(?:only|skip|todo|fails)$/.test(node.getText())
      ? `${node.getText()}: run it or remove it`
      : undefined,
  );
