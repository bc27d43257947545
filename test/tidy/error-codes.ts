import ts from 'typescript6';
import { explanationsIn } from '../../lib/cli/error-page.ts';
import { at, nodesOf, type Rule, type Source } from './source.ts';

/** Words in capitals that are not error codes: what others call things. */
const otherNames = new Set([
  // shards and positions of Kinesis
  ...['AFTER_SEQUENCE_NUMBER', 'AT_SEQUENCE_NUMBER', 'AT_TIMESTAMP', 'TRIM_HORIZON'],
  // attributes of a message that EventBridge could not deliver
  ...['ERROR_CODE', 'ERROR_MESSAGE', 'EXHAUSTED_RETRY_CONDITION', 'RETRY_ATTEMPTS', 'RULE_ARN', 'TARGET_ARN'],
  // modes of compatibility, and how a stream distributes
  ...['BACKWARD_ALL', 'FORWARD_ALL', 'FULL_ALL', 'USER_PARTITION_KEY'],
  // refusals of the module loader
  ...['ERR_MODULE_NOT_FOUND', 'ERR_UNKNOWN_FILE_EXTENSION', 'ERR_UNSUPPORTED_DIR_IMPORT'],
  // answers of DynamoDB, zlib and child processes
  ...['ALL_OLD', 'ERR_BUFFER_TOO_LARGE', 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'],
  // environment of a terminal
  ...['FORCE_COLOR', 'NO_COLOR'],
  // a refusal of the shop in the conformance suites
  'SOLD_OUT',
]);
/** Environment variables of our own. */
const ownVariable = /^CHOREO_/;
const codeWithUnderscore = /^[A-Z]+(?:_[A-Z]+)+$/;
const code = /^[A-Z]+(?:_[A-Z]+)*$/;

function isError(node: ts.Node): node is ts.NewExpression {
  return ts.isNewExpression(node) && node.expression.getText() === 'ChoreographyError';
}

/** Functions of a file that make an error from a code they are given, and the position of that code. */
function helpersOf({ tree }: Source): ReadonlyMap<string, number> {
  const helpers = new Map<string, number>();
  for (const node of nodesOf(tree)) {
    if (!ts.isFunctionDeclaration(node) || node.name === undefined) continue;
    const given = [...nodesOf(node)].filter(isError).map((error) => error.arguments?.[0]?.getText());
    const position = node.parameters.findIndex(({ name }) => given.includes(name.getText()));
    if (position >= 0) helpers.set(node.name.text, position);
  }
  return helpers;
}

function literal(node: ts.Node | undefined): node is ts.StringLiteralLike {
  return node !== undefined && ts.isStringLiteralLike(node);
}

function isEnvironmentName(node: ts.Node): boolean {
  return ts.isElementAccessExpression(node.parent) && /\benv$/.test(node.parent.expression.getText());
}

/** Literals of `'A'` or `yes ? 'A' : 'B'`. */
function literalsIn(node: ts.Expression | undefined): readonly ts.StringLiteralLike[] {
  return node === undefined ? [] : [...nodesOf(node)].filter(literal);
}

function codeLiterals(source: Source): readonly ts.StringLiteralLike[] {
  const helpers = helpersOf(source);
  const literals: ts.StringLiteralLike[] = [];
  for (const node of nodesOf(source.tree)) {
    if (isError(node)) literals.push(...literalsIn(node.arguments?.[0]));
    else if (ts.isCallExpression(node)) literals.push(...literalsIn(node.arguments[helpers.get(node.expression.getText()) ?? -1]));
    else if (
      literal(node) &&
      codeWithUnderscore.test(node.text) &&
      !otherNames.has(node.text) &&
      !ownVariable.test(node.text) &&
      !isEnvironmentName(node)
    )
      literals.push(node);
  }
  return literals.filter(({ text }) => code.test(text));
}

/** Codes with the places that use them. */
function codesIn(sources: readonly Source[]): ReadonlyMap<string, string> {
  const codes = new Map<string, string>();
  for (const source of sources) {
    for (const node of codeLiterals(source)) if (!codes.has(node.text)) codes.set(node.text, at(source, node));
  }
  return codes;
}

/** Codes that doc comments say are thrown. */
function promisedCodes({ path, text }: Source): readonly (readonly [name: string, place: string])[] {
  return text.split('\n').flatMap((line, index) => {
    const names = /@throws ((?:[A-Z]+(?:_[A-Z]+)*(?: \([a-z -]+\))?(?:, )?)+)/.exec(line)?.[1] ?? '';
    return [...names.matchAll(/[A-Z][A-Z_]+/g)].map(([name]) => [name, `${path}:${index + 1}`] as const);
  });
}

/** Every code that a user can meet is explained once, and nothing is explained that cannot happen. */
export function errorCodes(page: string): Rule {
  return (sources) => {
    const used = codesIn(sources);
    const rows = explanationsIn(page).map((explanation) => explanation.code);
    const documented = new Set(rows);
    const twice = rows.filter((name, index) => rows.indexOf(name) < index).map((name) => `docs/errors.md explains ${name} twice`);
    const promised = sources.flatMap(promisedCodes).filter(([name]) => !used.has(name));
    const broken = promised.map(([name, place]) => `${place} @throws ${name}, which nothing throws`);
    const missing = [...used].filter(([name]) => !documented.has(name)).map(([name, place]) => `${place} ${name} is not in docs/errors.md`);
    const stale = [...documented].filter((name) => !used.has(name)).map((name) => `docs/errors.md ${name} is in no file of lib`);
    return [...missing, ...stale, ...twice, ...broken];
  };
}
