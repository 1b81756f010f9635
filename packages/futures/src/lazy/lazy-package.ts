/**
 * Packages whose code is loaded when one of their exports is first used. `import 'heddle'` brings coroutines, locks, processes and more; a
 * program uses a few of them, and reading the code of the others took half of the time of the import. The build makes two files of such a
 * package: heddle-NAME-inside.cjs, its code, and index.js, which has a stand-in for each export (tools/lib/lazy-package.mjs).
 *
 * The code is loaded with `require`, so a call stays synchronous and there is no race. It gets the modules that it imports from index.js: it
 * shares them with the rest of the program.
 */
import { defer, nodeFiles } from '#platform';
import { withStackLimit } from '../stacks/stack-limit.js';
import { findOwnFile } from './find-own-file.js';
import { standIns, type StandIn } from './stand-ins.js';

type Callable = (...args: unknown[]) => unknown;
type Exports = Readonly<Record<string, unknown>>;
/**
 * Gives the exports of a module to the code that imports it: at once and, if they are stand-ins, again when the code of that module has been
 * loaded. So it is not loaded before it is used, and then it is called without a detour.
 */
type GiveExports = (module: string, take: (exports: Exports) => void) => void;
/** The file of the code: it makes the package's exports of what it imports, and of the address of index.js. */
type Inside = (give: GiveExports, url: string) => Exports;

/** The code of a package. */
interface Code {
  exports: Exports | undefined;
  /** Who was given stand-ins, and waits for the exports themselves. */
  readonly waiting: ((exports: Exports) => void)[];
}

/** The code of packages, by the URL of index.js and the file: modules beside it share the code. */
const codes = new Map<string, Code>();

/** A package whose code is loaded later: what index.js makes its stand-ins with. */
export class LazyPackage {
  readonly #url: string;
  readonly #code: Code;
  readonly #load: () => Exports;

  /**
   * @param url - `import.meta.url` of index.js. In an application's bundle it is that of the bundle, and all packages have the same
   * @param file - the name of the file with the code
   * @param files - returns the URLs of the files that the package needs, that of the code first, written there as bundlers know them
   * @param imported - the modules that the code imports, by name
   */
  constructor(url: string, file: string, files: () => readonly [URL, ...URL[]], imported: Readonly<Record<string, Exports>>) {
    this.#url = url;
    const key = `${url} ${file}`;
    let code = codes.get(key);
    if (code === undefined) codes.set(key, (code = { exports: undefined, waiting: [] }));
    this.#code = code;
    this.#load = () => {
      if (code.exports !== undefined) return code.exports;
      const exports = (code.exports = load(url, file, files, imported));
      for (const take of code.waiting.splice(0)) take(exports);
      return exports;
    };
  }

  /** @returns the export itself */
  get(name: string): unknown {
    return this.#load()[name];
  }

  /** Makes a function of index.js known as a stand-in. @returns the function */
  fn(name: string, standIn: Callable): Callable {
    return this.#add(name, standIn, () => this.get(name));
  }

  /** @returns a stand-in for a class, an object, or a function that has properties: it does all that the export itself does */
  value(name: string, isCallable: boolean): object {
    let found: object | undefined;
    const load = (): object => {
      if (found === undefined) {
        found = this.get(name) as object;
        showAs(found, standIn);
      }
      return found;
    };
    // A bound function can be called and constructed, and has no property that could contradict those of the export.
    const target: object = isCallable ? constructible.bind(undefined) : {};
    const standIn = new Proxy(target, handler(load));
    return this.#add(name, standIn, load);
  }

  #add<T extends object>(name: string, standIn: T, load: () => unknown): T {
    standIns.set(standIn, { module: this.#url, name, load, loadAll: this.#load, whenLoaded: this.#whenLoaded });
    return standIn;
  }

  readonly #whenLoaded = (take: (exports: Exports) => void): void => {
    if (this.#code.exports === undefined) this.#code.waiting.push(take);
    else take(this.#code.exports);
  };
}

function load(url: string, file: string, files: () => readonly [URL, ...URL[]], imported: Readonly<Record<string, Exports>>): Exports {
  const ofNode = nodeFiles();
  const found = findOwnFile(file, () => files()[0], ofNode);
  if ('error' in found) throw found.error;
  const inside = ofNode.require(found.path) as Inside;
  const give: GiveExports = (name, take) => {
    const exports = imported[name] as Exports;
    take(exports);
    const standIn = standInAmong(exports);
    standIn?.whenLoaded((of) => {
      take({ ...exports, ...of });
    });
    if (standIn !== undefined) loadSoon(standIn);
  };
  // An error that a module makes for later use would keep the objects of the calls in memory that led to its being loaded: an executor.
  return withStackLimit(0, () => inside(give, url));
}

/** Loads what was not needed at once in the next turn: later there may be no file left to open. If that fails, the first use tries again. */
function loadSoon({ loadAll }: StandIn): void {
  defer(() => {
    try {
      loadAll();
    } catch {
      // the first use tells why
    }
  });
}

function standInAmong(exports: Exports): StandIn | undefined {
  for (const [name, value] of Object.entries(exports)) {
    const standIn = typeof value === 'function' || typeof value === 'object' ? standIns.get(value as object) : undefined;
    if (standIn?.name === name) return standIn;
  }
  return undefined;
}

/** Never runs: the traps of the Proxy answer every call. */
function constructible(): void {
  throw new Error('a stand-in was called');
}

/** Instances name the stand-in as their constructor, since it is the class that programs know. */
function showAs(found: object, standIn: object): void {
  const { prototype } = found as { readonly prototype?: unknown };
  if (typeof prototype !== 'object' || prototype === null) return;
  const property = Object.getOwnPropertyDescriptor(prototype, 'constructor');
  if (property?.value === found) Object.defineProperty(prototype, 'constructor', { ...property, value: standIn });
}

function handler(load: () => object): ProxyHandler<object> {
  return {
    apply: (_, receiver, args) => Reflect.apply(load() as Callable, receiver, args),
    construct: (target, args, newTarget) => {
      const Class = load() as new () => object;
      // Without a subclass the new object is of the class itself.
      return Reflect.construct(Class, args, standIns.has(newTarget) || newTarget === target ? Class : newTarget) as object;
    },
    get: (_, property) => Reflect.get(load(), property) as unknown,
    set: (_, property, value) => Reflect.set(load(), property, value),
    has: (_, property) => Reflect.has(load(), property),
    deleteProperty: (_, property) => Reflect.deleteProperty(load(), property),
    ownKeys: () => Reflect.ownKeys(load()),
    getPrototypeOf: () => Reflect.getPrototypeOf(load()),
    getOwnPropertyDescriptor: (_, property) => {
      const found = Reflect.getOwnPropertyDescriptor(load(), property);
      // A proxy may not say that a property can't be changed which its target does not have.
      return found === undefined ? undefined : { ...found, configurable: true };
    },
    defineProperty: (_, property, attributes) => Reflect.defineProperty(load(), property, attributes),
  };
}
