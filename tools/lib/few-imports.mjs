/**
 * Fewer imports in the modules of a package. Node looks up each name that each module imports: a tenth of a millisecond for one of its own
 * modules, half of one for that of a package. So all entries of a package count as one, and Node's own modules are taken from the process.
 */
import { readFileSync, readdirSync } from 'node:fs';

/**
 * @param {boolean} fromProcess - whether Node's own modules are taken from the process. Bundlers get them as imports, which they know
 * @returns {import('esbuild').Plugin}
 */
export function fewImports(fromProcess = true) {
  const { name: thisPackage } = JSON.parse(readFileSync('package.json', 'utf8'));
  // node:module stays: test runners give modules one of their own, and it has to be that.
  const isTaken = (path, importer) =>
    fromProcess &&
    path.startsWith('node:') &&
    path !== 'node:module' &&
    thisPackage !== '@heddle/futures' &&
    !importer.includes('platform-');
  return {
    name: 'few imports',
    setup(bundler) {
      bundler.onResolve({ filter: /^[^.]/ }, ({ path, importer, kind }) => {
        if (kind === 'entry-point') return undefined;
        if (kind === 'import-statement' && isTaken(path, importer)) return { path, namespace: 'process' };
        return { path: wholeOf(path), external: true };
      });
      bundler.onLoad({ filter: /.*/, namespace: 'process' }, ({ path }) => ({
        contents: `import { nodeModule } from '@heddle/futures/all';\n${takenFrom(path, `nodeModule('${path}')`)}`,
        resolveDir: '.',
      }));
    },
  };
}

/** @param {string} name - of an entry of a package @returns the entry that has them all, if there is one */
export function wholeOf(name) {
  const [, owner] = /^(@heddle\/[^/]+)/.exec(name) ?? [];
  if (owner === undefined) return name;
  const { exports } = JSON.parse(readFileSync(`../${owner.replace('@heddle/', '')}/package.json`, 'utf8'));
  return './all' in exports ? `${owner}/all` : name;
}

/**
 * @param {string} path - of a module, as this package imports it
 * @param {string} expression - its exports
 * @returns the text of a module that exports what this package imports of it
 */
export function takenFrom(path, expression) {
  return `const found = ${expression};\nexport const { ${namesOf(path)} } = found;\nexport default found;`;
}

/**
 * As `takenFrom`, of a module that comes in two steps: stand-ins for its exports, and the exports.
 * @param {string} path
 * @param {string} give - a function that gets the module's name and a function that takes its exports
 */
export function takenTwice(path, give) {
  const names = namesOf(path);
  return `let ${names};\n${give}('${wholeOf(path)}', (exports) => { ({ ${names} } = exports); });\nexport { ${names} };`;
}

function namesOf(path) {
  const names = new Set();
  for (const { from, list } of importsOfPackage())
    if (from === path) for (const each of list.split(',')) names.add(each.trim().split(' as ')[0]);
  names.delete('');
  return [...names].join(', ');
}

/** @returns {{ from: string, list: string }[]} what the modules of this package import */
function importsOfPackage() {
  return readdirSync('dist', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && !/^(?:bundle|cjs)/.test(file))
    .flatMap((file) => [...readFileSync(`dist/${file}`, 'utf8').matchAll(/^(?:import|export) (?:\w+, )?\{([^}]*)\} from '([^']+)'/gm)])
    .map(([, list, from]) => ({ from, list }));
}
