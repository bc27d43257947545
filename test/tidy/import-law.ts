import { at, type Import, importsOf, type Rule, type Source } from './source.ts';

/** What each folder of lib may import; what those import is allowed, too. The table in ARCHITECTURE.md says the same. */
const law: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  schema: ['contract'],
  topology: ['contract', 'schema'],
  runtime: ['contract', 'schema'],
  operations: ['runtime', 'topology'],
  embedded: ['runtime'],
  aws: ['runtime'],
  lambda: ['operations', 'aws'],
  cdk: ['contract', 'topology'],
  localstack: ['contract'],
  testing: ['embedded', 'operations'],
  page: ['operations', 'topology'],
  cli: ['page', 'operations', 'schema', 'topology', 'embedded', 'testing', 'localstack'],
};

/** Packages that only some folders may import; a package that is not here is free. */
const packages: readonly { readonly name: RegExp; readonly folders: readonly string[] }[] = [
  { name: /^@aws-sdk\/|^@smithy\/|^@aws-crypto\//, folders: ['aws', 'lambda'] },
  { name: /^aws-cdk-lib|^constructs$/, folders: ['cdk'] },
  { name: /^@aws-lambda-powertools\//, folders: ['lambda'] },
  { name: /^commander$|^@commander-js\//, folders: ['cli'] },
  { name: /^preact(?:-render-to-string)?$|^@dagrejs\//, folders: ['page'] },
  { name: /^(?:typescript6|vitest|fast-check|@asyncapi\/parser)$/, folders: [] },
];

function reachable(folder: string): ReadonlySet<string> {
  const direct = law[folder] ?? [];
  return new Set([folder, ...direct.flatMap((other) => [...reachable(other)])]);
}

function folderOf(path: string): string {
  const [top = '', folder = ''] = path.split('/');
  return top === 'lib' ? folder : top;
}

/** A service's function starts without the tools of operators. */
const OPERATOR_FUNCTION = 'lib/lambda/operator.ts';

function brokenInLib(path: string, { specifier, target, dynamic }: Import): string | undefined {
  const folder = folderOf(path);
  if (target === undefined) {
    if (folder === 'contract') return `lib/contract imports nothing, not even ${specifier}`;
    if (/^aws-choreography(?:\/|$)/.test(specifier)) return 'lib imports its own files by path, not the package by name';
    const owned = packages.find(({ name }) => name.test(specifier));
    return owned && !owned.folders.includes(folder)
      ? `${specifier} is for ${owned.folders.map((other) => `lib/${other}`).join(' and ') || 'tests'} only`
      : undefined;
  }
  if (target.startsWith('package.json')) return undefined;
  if (!target.startsWith('lib/')) return `lib never imports ${folderOf(target)}/`;
  const other = folderOf(target);
  if ((folder === 'cli' || folder === 'testing') && other === 'aws')
    return dynamic ? undefined : `lib/${folder} loads lib/aws only by import(), when something is deployed`;
  if (
    folder === 'operations' &&
    other === 'runtime' &&
    !target.startsWith('lib/runtime/ports/') &&
    !target.startsWith('lib/runtime/journal/')
  ) {
    return 'lib/operations knows the ports and the journal of lib/runtime only';
  }
  if (folder === 'lambda' && (other === 'operations' || other === 'topology') && path !== OPERATOR_FUNCTION)
    return `of lib/lambda, only ${OPERATOR_FUNCTION} imports lib/${other}`;
  return reachable(folder).has(other) ? undefined : `lib/${folder} may not import lib/${other}`;
}

function broken(path: string, imported: Import): string | undefined {
  const { target } = imported;
  if (path.startsWith('lib/')) return brokenInLib(path, imported);
  if (path.startsWith('functions/') && target?.startsWith('lib/')) return 'the sample imports the package by its name, as a team does';
  if (path.startsWith('bin/') && target?.startsWith('lib/') && !/^lib\/(?:cli|cdk)\//.test(target))
    return 'bin starts lib/cli or lib/cdk and knows nothing else of lib';
  return undefined;
}

/** Which folder may import which; a folder that the law does not know is reported, too. */
export const importLaw: Rule = (sources) =>
  sources.flatMap((source) => {
    const { path } = source;
    if (path.startsWith('lib/') && law[folderOf(path)] === undefined) return [`${path}:1 lib/${folderOf(path)} is not in the import law`];
    return importsOf(source).flatMap((imported) => {
      const problem = broken(path, imported);
      return problem === undefined ? [] : [`${at(source, imported.node)} ${problem}`];
    });
  });

/** No file imports itself, not even through others, not even types, and not even later. */
export const importCycles: Rule = (sources) => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (source: Source, trail: readonly string[]): void => {
    const start = trail.indexOf(source.path);
    if (start >= 0) found.push(`${source.path}:1 imports itself: ${[...trail.slice(start), source.path].join(' > ')}`);
    if (start >= 0 || done.has(source.path)) return;
    for (const { target } of importsOf(source)) {
      const next = target === undefined ? undefined : byPath.get(target);
      if (next) visit(next, [...trail, source.path]);
    }
    done.add(source.path);
  };
  for (const source of sources) visit(source, []);
  return found;
};
