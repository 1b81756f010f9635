/**
 * Paths of Heddle's installed packages, and of the sources that source maps lead to, also in a bundle with a source map. The testkit is not
 * one of them, since its suite is a user of the packages.
 */
const installed = /\/(?:node_modules|npm\/[^/]+)\/@heddle\/(?!testkit\/)[^/]+(?:\/\d[^/]*)?\/(?:dist|src)\//;
/** Tests and their support in `src` of a package in this repository: they are users of the package. */
const test = /\.test\.[cm]?[jt]s\b|\/test-support\//;
const node = /^\s+at .*\(?node:(?:internal|events|async_hooks)/;
const frame = /^\s+at /;
const key = Symbol.for('heddle.internalFrames');
const registry = globalThis as { [key]?: Set<string> | undefined };

/** The frames of a stack that are Heddle's own. They do not help a user, so error stacks leave them out. */
class InternalFrames {
  /** Shared by all copies in this realm: a worker is one file with its own copy, and its tasks may load another. */
  readonly #folders: Set<string> = (registry[key] ??= new Set());

  /**
   * Declares the frames in a module's folder, and below it, internal.
   *
   * @param moduleUrl - `import.meta.url` of the module; it is undefined in a CommonJS bundle
   * @param place - the module's path when no application's bundle contains it, from the folder of its package on, for example
   *   `my-executor/dist/index.js`. A slash at the end makes it a folder. With `place`, all of `dist` is internal, and the `src` beside it,
   *   where source maps lead to. In an application's bundle nothing becomes internal, since the frames there are the user's.
   */
  add(moduleUrl: string | undefined, place?: string): void {
    if (typeof moduleUrl !== 'string') return;
    if (place === undefined) {
      this.#addFolder(moduleUrl.slice(0, moduleUrl.lastIndexOf('/') + 1));
      return;
    }
    const root = packageOf(moduleUrl.replace(/[?#].*$/, ''), place);
    if (root === undefined) return;
    this.#addFolder(`${root}dist/`);
    this.#addFolder(`${root}src/`);
  }

  #addFolder(folder: string): void {
    if (folder === '') return;
    this.#folders.add(folder);
    if (!folder.startsWith('file://')) return;
    const path = decodeURIComponent(folder.slice('file://'.length));
    this.#folders.add(/^\/[a-z]:/i.test(path) ? path.slice(1) : path);
  }

  /** Returns the stack without internal frames, and without the frames of Node above and below them. */
  without(stack: string): string {
    const kept: string[] = [];
    for (const line of stack.split('\n')) {
      if (!this.#has(line)) kept.push(line);
      else while (node.test(kept.at(-1) ?? '')) kept.pop(); // the frames of Node through which Heddle called the user's code
    }
    while (node.test(kept.at(-1) ?? '')) kept.pop();
    return kept.join('\n');
  }

  #has(line: string): boolean {
    if (!frame.test(line)) return false;
    const place = line.replaceAll('\\', '/');
    if (installed.test(place)) return true;
    for (const folder of this.#folders) if (place.includes(folder)) return !test.test(place);
    return false;
  }
}

/** Returns the package's folder, if the module is at its place there or is one of the package's sources. */
export function packageOf(url: string, place: string): string | undefined {
  const name = place.slice(0, place.indexOf('/') + 1);
  const start = place.endsWith('/') ? url.lastIndexOf(`/${place}`) : url.endsWith(`/${place}`) ? url.length - place.length - 1 : -1;
  const found = start >= 0 ? start : url.endsWith('.ts') ? url.lastIndexOf(`/${name}src/`) : -1;
  return found < 0 ? undefined : url.slice(0, found + 1 + name.length);
}

export const internalFrames: InternalFrames = new InternalFrames();
internalFrames.add(import.meta.url, 'futures/dist/bundle/');
