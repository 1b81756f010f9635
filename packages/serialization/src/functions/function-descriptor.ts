/**
 * How a function looks on the wire. Plain data only: a descriptor is posted to workers as it is.
 *
 *   reference:  module + export name                     the worker imports it
 *   source:     text + how to wrap it + where it stood   the worker compiles it
 *   global:     path from the global object, or module   the worker has its own
 */

/** Any function a user may hand over. */
export type AnyFunction = (...args: never[]) => unknown;

/** A function as a worker calls it. */
export type LoadedFunction = (...args: unknown[]) => unknown;

/** A function known by the module that exports it. */
export interface FunctionReference {
  readonly kind: 'reference';
  /** Equal for equal references; unlike any id of a {@link FunctionSource}. */
  readonly id: string;
  /** An absolute URL: `file:`, `node:`, `data:` or what a custom loader understands. */
  readonly module: string;
  /** The export's name, `default` included. */
  readonly name: string;
}

/** A function of the language or of Node's, known by where every realm has it: `Math.max`, `basename` of `node:path`. */
export interface FunctionPlace {
  readonly kind: 'global';
  /** Equal for equal places; unlike any id of the others. */
  readonly id: string;
  readonly name: string;
  /** From the global object, or the module's exports, to it. */
  readonly path: readonly string[];
  readonly module: string | undefined;
}

/**
 * What a function's text is, thus what must stand around it: an expression by itself, a method, or a method (plain or
 * async) without its name, which was computed or private.
 */
export type FunctionForm = 'expression' | 'method' | 'nameless method' | 'nameless async method';

/** A function known by its text. */
export interface FunctionSource {
  readonly kind: 'source';
  /** A hash of everything below: a worker compiles equal functions once. */
  readonly id: string;
  /** The function's name, for stack traces and messages; may be empty. */
  readonly name: string;
  /** The text; of a method whose name can't be repeated elsewhere, from its parameters on. */
  readonly source: string;
  readonly form: FunctionForm;
  readonly strict: boolean;
  /** Whether the text has an `import()`, which then resolves from `url`. */
  readonly importsModules: boolean;
  /** The script's name as stack traces show it (URL, path, `[eval]`, ...); `undefined` when it is not known. */
  readonly url: string | undefined;
  /** Where the text begins in that script, counted from 0. */
  readonly line: number;
  readonly column: number;
  /** Variables around it whose values travel with each call: see encode-function.ts. */
  readonly captures: readonly string[];
  /** Names it imports again where it arrives, resolved from `url`. */
  readonly imports: readonly ImportedName[];
}

/** A name that the module around a function imports. */
export interface ImportedName {
  /** What the function calls it. */
  readonly local: string;
  readonly specifier: string;
  /** What the module exports it as; `*`: the module itself. */
  readonly imported: string;
}

/** What {@link describeFunction} makes of a function, and a worker turns back into one. */
export type FunctionDescriptor = FunctionReference | FunctionSource | FunctionPlace;
