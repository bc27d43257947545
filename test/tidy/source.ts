import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript6';

/** A file with its syntax tree. */
export interface Source {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** Looks at files and says, one line each, what is wrong: `path:line what`. */
export type Rule = (sources: readonly Source[]) => readonly string[];

/** One `import`, `export … from`, `import()` or `import('…').Type`. */
export interface Import {
  readonly specifier: string;
  /** The file it names, from the root of the repository; `undefined` for a package. */
  readonly target: string | undefined;
  readonly dynamic: boolean;
  readonly node: ts.Node;
}

const skipped = new Set(['node_modules', 'dist', 'coverage', 'generated', '.git', '.choreo', 'cdk.out']);

/** Makes a source of text, for the rules' own tests. */
export function source(path: string, text: string): Source {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true) };
}

/** All files under `paths` (folders or files that may be absent); what is generated, built or installed is left out. */
export function filesIn(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isDirectory()) return stat ? [path] : [];
    const names = readdirSync(path).filter((name) => !skipped.has(name));
    return filesIn(names.sort().map((name) => (path === '.' ? name : `${path}/${name}`)));
  });
}

/** All TypeScript under `paths`, parsed. */
export function sourcesIn(paths: readonly string[]): readonly Source[] {
  const files = filesIn(paths).filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'));
  return files.map((path) => source(path, readFileSync(path, 'utf8')));
}

/** `path:line` of a node. */
export function at({ path, tree }: Source, node: ts.Node): string {
  return `${path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`;
}

/** Every node of a file, outside in. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

function childrenOf(node: ts.Node): readonly ts.Node[] {
  const children: ts.Node[] = [];
  node.forEachChild((child) => void children.push(child));
  return children;
}

function specifierOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return node.arguments[0];
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal as ts.Expression;
  return undefined;
}

/** What a file imports; `import(variable)` has no name and is left out. */
export function importsOf({ path, tree }: Source): readonly Import[] {
  const imports: Import[] = [];
  for (const node of nodesOf(tree)) {
    const name = specifierOf(node);
    if (name === undefined || !ts.isStringLiteralLike(name)) continue;
    const specifier = name.text;
    const target = specifier.startsWith('.') ? join(dirname(path), specifier).replaceAll('\\', '/') : undefined;
    imports.push({ specifier, target, dynamic: ts.isCallExpression(node), node });
  }
  return imports;
}
