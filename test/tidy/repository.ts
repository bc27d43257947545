import { existsSync } from 'node:fs';

/** What `package.json` says of one entry point. */
export interface EntryPoint {
  readonly source: string;
  readonly types: string;
  readonly default: string;
}

/** Every entry point names a file of lib, and the built files are those of that source. */
export function entryPoints(
  exports: Readonly<Record<string, EntryPoint | string>>,
  exists: (path: string) => boolean = existsSync,
): readonly string[] {
  return Object.entries(exports).flatMap(([name, entry]) => {
    if (typeof entry === 'string') return exists(entry) ? [] : [`package.json exports ${name}: ${entry} does not exist`];
    const built = entry.source.replace(/^\.\//, './dist/').replace(/\.ts$/, '');
    return [
      ...(exists(entry.source) ? [] : [`package.json exports ${name}: ${entry.source} does not exist`]),
      ...(entry.types === `${built}.d.ts` ? [] : [`package.json exports ${name}: "types" is not ${built}.d.ts`]),
      ...(entry.default === `${built}.js` ? [] : [`package.json exports ${name}: "default" is not ${built}.js`]),
      ...(Object.keys(entry).at(-1) === 'default' ? [] : [`package.json exports ${name}: "default" is not the last condition`]),
    ];
  });
}

// Put together here, so that this file does not name them.
const machinePaths = ['work', 'root', 'home/\\w+', 'tmp/brief', 'Users/\\w+'].map((path) => `/${path}`).join('|');
const machinePath = new RegExp(`(?:^|[\\s"'\`(=:])(?:${machinePaths})(?:/|\\b)`);
const registry = /(?:--registry[ =]|\bregistry=|_auth(?:Token)?=)/;
const publicRegistry = 'https://registry.npmjs.org/';

/** Nothing in the repository depends on, or tells of, the machine it was written on. */
export function machineNames(path: string, text: string): readonly string[] {
  if (path.endsWith('package-lock.json')) {
    const urls = [...text.matchAll(/"resolved": "([^"]+)"/g)].map(([, url = '']) => url);
    return urls.some((url) => !url.startsWith(publicRegistry)) ? [`${path} names a registry that others do not have`] : [];
  }
  return text.split('\n').flatMap((line, index) => {
    if (machinePath.test(line)) return [`${path}:${index + 1} a path of one machine: ${line.trim()}`];
    return registry.test(line) ? [`${path}:${index + 1} a registry: ${line.trim()}`] : [];
  });
}
