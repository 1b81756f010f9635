/**
 * Where the files are that Heddle needs at run time beside its modules: the code of packages (lazy-package.ts), the programs of workers, the
 * parser. The build makes them, each of one piece and with a name of its own, so that an application that is bundled with Heddle inside can
 * have them beside its own file: see docs/guides/bundlers.md.
 */
import { InvalidStateError } from '../errors/errors.js';
import type { FileSystem } from './file-system.js';

/**
 * Finds one of Heddle's files. It is beside the module that asks. When Heddle is part of an application's bundle, it is beside the file of
 * the bundle, or beside the program's main file or executable. It is looked for each time, since files can be deleted.
 *
 * @param name - of the file: `heddle-threads-worker.cjs`
 * @param beside - returns `new URL('./NAME', import.meta.url)`, written there as bundlers know it
 * @param files - what it uses of Node
 * @returns its path, or the InvalidStateError (`HEDDLE_INVALID_STATE`) that says where it is missing
 */
export function findOwnFile(name: string, beside: () => URL, files: FileSystem): { readonly path: string } | { readonly error: Error } {
  const places = placesOf(name, beside, files);
  const path = places.find((each) => files.existsSync(each));
  if (path !== undefined) return { path };
  return {
    error: new InvalidStateError(
      `${name} is missing; looked for it at ${places.join(' and ')}. An application that is bundled with Heddle inside needs Heddle's files beside its own: ` +
        'run npx heddle-files FOLDER after the build, or leave heddle out of the bundle (docs/guides/bundlers.md)',
    ),
  };
}

function placesOf(name: string, beside: () => URL, { fileURLToPath, argv, execPath }: FileSystem): string[] {
  const places: string[] = [];
  try {
    const url: URL | string = beside();
    const path = typeof url === 'string' ? url : fileURLToPath(url); // ncc puts a path in the place of the URL
    // The modules of dist/cjs use the files in dist/bundle.
    places.push(path, path.replace(/([\\/]dist[\\/])cjs(?=[\\/][^\\/]*$)/, '$1bundle'));
  } catch {
    // A bundle of CommonJS has no import.meta.url, or not that of a file.
  }
  const [, main] = argv;
  // In an executable that Bun has made, the main file has a path inside of it.
  const program = main !== undefined && /\$bunfs|~BUN/.test(main) ? execPath : main;
  if (program !== undefined) places.push(program.replace(/[^\\/]*$/, name));
  return [...new Set(places)];
}
