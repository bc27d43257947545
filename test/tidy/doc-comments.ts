import ts from 'typescript6';
import { at, type Rule, type Source } from './source.ts';

function isExported(statement: ts.Statement): boolean {
  return ts.canHaveModifiers(statement) && (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

function nameOf(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText()).join(', ');
  const { name } = statement as ts.Statement & { readonly name?: ts.Identifier };
  return name?.text ?? 'default';
}

/** Overloads and a value that shares its name with a type need one comment for both. */
function documented({ tree }: Source): ReadonlySet<string> {
  const withComment = tree.statements.filter((statement) =>
    ts.getJSDocCommentsAndTags(statement).some((doc) => ts.isJSDoc(doc) && doc.comment !== undefined),
  );
  return new Set(withComment.map(nameOf));
}

/** Every export says what it is for. */
export const docComments: Rule = (sources) =>
  sources.flatMap((source) => {
    const known = documented(source);
    return source.tree.statements
      .filter((statement) => isExported(statement) && !known.has(nameOf(statement)))
      .map((statement) => `${at(source, statement)} ${nameOf(statement)} is exported without a doc comment`);
  });
