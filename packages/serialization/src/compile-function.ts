import { Script } from 'node:vm';
import type { ScriptOptions } from 'node:vm';

import { SerializationError } from '@heddle/futures/errors';

import type { FunctionForm, FunctionSource, LoadedFunction } from './function-descriptor.js';
import { importNames } from './import-names.js';
import { mainLoader } from './main-loader.js';

/** What stands around the text, so that a script's value is the function. */
export const WRAPPERS: Readonly<Record<FunctionForm, { before: string; after: string }>> = {
  expression: { before: '(', after: ')' },
  method: { before: '({', after: '})' },
  'nameless method': { before: '({_', after: '})' },
  'nameless async method': { before: '({async _', after: '})' },
};

/** One function with variables of its own around it. */
interface Instance {
  /** Makes it; a class looks at its variables as it is made, a function when it is called. */
  readonly make: () => LoadedFunction;
  /** Gives the variables their values. */
  readonly fill: (values: Readonly<Record<string, unknown>>) => void;
}

/** What the compiled script is: called for each instance. */
type Create = () => readonly [make: () => unknown, fill: (values: object) => void];

/** Code that was compiled once, to make functions of. */
export class FunctionFactory {
  readonly descriptor: FunctionSource;
  readonly #create: Create;
  #imported: Readonly<Record<string, unknown>> | undefined;
  #loading: Promise<void> | undefined;

  /** @throws SerializationError when the text does not compile, e.g. when this runtime is older than the caller's */
  constructor(descriptor: FunctionSource) {
    this.descriptor = descriptor;
    this.#create = compile(descriptor) as Create;
    const imported = importNames(descriptor);
    if (!(imported instanceof Promise)) {
      this.#imported = imported;
      return;
    }
    this.#loading = imported.then((values) => {
      this.#imported = values;
      this.#loading = undefined;
    });
    this.#loading.catch(() => undefined); // told to whoever waits for it
  }

  /** Resolves when what it imports is here; `undefined` when nothing has to be waited for. */
  get loading(): Promise<void> | undefined {
    return this.#loading;
  }

  /** A new function. Call `fill` before it, or its class's heritage, is used. */
  instance(): Instance {
    const [create, fill] = this.#create();
    return {
      make: () => this.#finish(create()),
      fill: (values) => { fill({ ...values, ...this.#imported }); },
    };
  }

  /** A new function that captures nothing, or these values. */
  with(values: Readonly<Record<string, unknown>>): LoadedFunction {
    const { make, fill } = this.instance();
    fill(values);
    return make();
  }

  get isClass(): boolean {
    const { form, source } = this.descriptor;
    return form === 'expression' && /^class\b/.test(source);
  }

  #finish(value: unknown): LoadedFunction {
    const { form, name } = this.descriptor;
    const fn = (form === 'expression' ? value : onlyProperty(value as object)) as LoadedFunction;
    if (fn.name !== name) Object.defineProperty(fn, 'name', { value: name, configurable: true });
    return fn;
  }
}

/**
 * Compiles a function that travelled by source, in the main context. For executor authors.
 *
 * The script bears the name of the one that defined the function and begins where the function stood, so stack traces,
 * `import()` and breakpoints work as they would there. The wrapper's own characters are made up for by a column offset
 * that may be negative. The variables that it captures are declared around it:
 *
 *   (() => { let a, b; return [() => (the text), function () { ({ a, b } = arguments[0]); }]; })
 */
function compile({ name, source, form, strict, url, line, column, importsModules, captures, imports }: FunctionSource): unknown {
  const { before, after } = WRAPPERS[form];
  const names = [...captures, ...imports.map(({ local }) => local)].join(', ');
  const prefix = `${strict ? '"use strict";' : ''}(() => { ${names === '' ? '' : `let ${names}; `}return [() => ${before}`;
  const suffix = `${after}, function () { ${names === '' ? '' : `({ ${names} } = arguments[0]); `}}]; })`;
  const options: ScriptOptions = {
    filename: url ?? `[heddle task ${name}]`,
    lineOffset: line,
    columnOffset: column - prefix.length,
  };
  if (importsModules) Object.assign(options, { importModuleDynamically: mainLoader() });
  try {
    return new Script(prefix + source + suffix, options).runInThisContext();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SerializationError(`function "${name}" does not compile in the worker: ${why}`, { cause });
  }
}

/** By descriptor: a method may be called `__proto__`. */
function onlyProperty(object: object): unknown {
  const [key = ''] = Reflect.ownKeys(object);
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}
