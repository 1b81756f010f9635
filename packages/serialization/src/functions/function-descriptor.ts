/**
 * A function on the wire. A descriptor is plain data and is posted to workers as it is.
 *
 *   reference:  module + export name                     the worker imports it
 *   source:     text + how to wrap it + where it stood   the worker compiles it
 *   global:     path from the global object, or module   the worker has its own
 */

/** Any function that a user may pass. */
export type AnyFunction = (...args: never[]) => unknown;

/** A function as a worker calls it. */
export type LoadedFunction = (...args: unknown[]) => unknown;

/** A function known by the module that exports it. */
export interface FunctionReference {
  readonly kind: 'reference';
  /** The same for the same reference; never equal to an id of a {@link FunctionSource}. */
  readonly id: string;
  /** An absolute URL: `file:`, `node:`, `data:` or one that a custom loader understands. */
  readonly module: string;
  /** The export's name, `default` included. */
  readonly name: string;
}

/** A function of the language or of Node, known by its place in every realm: `Math.max`, `basename` of `node:path`. */
export interface FunctionPlace {
  readonly kind: 'global';
  /** The same for the same place; never equal to an id of another kind of descriptor. */
  readonly id: string;
  readonly name: string;
  /** The keys that lead to the function from the global object, or from the module's exports. */
  readonly path: readonly string[];
  readonly module: string | undefined;
}

/**
 * The kind of a function's text, which decides how it is wrapped to be compiled: an expression, a method, or a method (plain or async)
 * without its name, because the name was computed or private.
 */
export type FunctionForm = 'expression' | 'method' | 'nameless method' | 'nameless async method';

/** A function known by its text. */
export interface FunctionSource {
  readonly kind: 'source';
  /** A hash of all members below, so that a worker compiles equal functions once. */
  readonly id: string;
  /** The function's name, for stack traces and error messages. It may be empty. */
  readonly name: string;
  /** The text; for a method whose name can't be repeated elsewhere, only from its parameters on. */
  readonly source: string;
  readonly form: FunctionForm;
  readonly strict: boolean;
  /** True when the text has an `import()`, which then resolves from `url`. */
  readonly importsModules: boolean;
  /** The script's name as stack traces show it (URL, path, `[eval]`, ...); `undefined` when it is not known. */
  readonly url: string | undefined;
  /** Where the text begins in that script, counted from 0. */
  readonly line: number;
  readonly column: number;
  /** The captures: variables of the surrounding code whose values travel with each call. See encode-function.ts. */
  readonly captures: readonly string[];
  /** The names that the worker imports again, resolved from `url`. */
  readonly imports: readonly ImportedName[];
}

/** A name that the function's module imports. */
export interface ImportedName {
  /** The name that the function uses. */
  readonly local: string;
  readonly specifier: string;
  /**
   * The name that the module exports. `*` stands for the module itself. `* of Vite` stands for the module with all names of its default
   * export, as Vite imports it. `require` and `import()`, as Vite calls it, belong to no module.
   */
  readonly imported: string;
}

/** Describes a function so that a worker can load it: see {@link describeFunction}. */
export type FunctionDescriptor = FunctionReference | FunctionSource | FunctionPlace;
