import { Script } from 'node:vm';
import type { ScriptOptions } from 'node:vm';

import { SerializationError } from '@heddle/futures/errors';

import type { FunctionForm, FunctionSource, LoadedFunction } from './function-descriptor.js';
import { importNames } from './import-names.js';
import { mainLoader } from './main-loader.js';

/** The code around the text that makes the function the script's value. */
export const WRAPPERS: Readonly<Record<FunctionForm, { before: string; after: string }>> = {
  expression: { before: '(', after: ')' },
  method: { before: '({', after: '})' },
  'nameless method': { before: '({_', after: '})' },
  'nameless async method': { before: '({async _', after: '})' },
};

/** One function, with its own variables around it. */
interface Instance {
  /** Makes the function. A class reads its variables when it is made, a function when it is called. */
  readonly make: () => LoadedFunction;
  /** Gives the variables their values. */
  readonly fill: (values: Readonly<Record<string, unknown>>) => void;
}

/** The values for a function that captures `this`. */
interface Filling {
  values: Readonly<Record<string, unknown>>;
  /** True once `this` has been given, which can happen only once. */
  hasThis: boolean;
}

/** The value of the compiled script, called for each instance. */
type Create = (base: typeof Given, filling: Filling) => readonly [make: () => unknown, fill: (values: object) => void];

/** A base class that makes its argument the `this` of its subclass. */
const Given = function (self: object): object {
  return self;
};

/** Code that was compiled once, and makes any number of functions. */
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
    this.#loading.catch(() => undefined); // The error is reported to the callers that wait for it.
  }

  /** Resolves when its imports are loaded; `undefined` when it need not be awaited. */
  get loading(): Promise<void> | undefined {
    return this.#loading;
  }

  /** @returns a new function; call `fill` before the function, or its class's heritage, is used */
  instance(): Instance {
    const filling: Filling = { values: {}, hasThis: false };
    const [create, fill] = this.#create(Given, filling);
    return {
      make: () => this.#finish(create()),
      fill: (values) => {
        filling.values = { ...values, ...this.#imported };
        fill(filling.values);
        filling.hasThis = true;
      },
    };
  }

  /** @returns a new function that captures these values, or nothing */
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
 * The script has the name of the script that defined the function, and begins where the function stood. So stack traces, `import()` and
 * breakpoints work as they would there. A column offset, which may be negative, makes up for the wrapper's own characters. The captured
 * variables are declared around the text:
 *
 * ```js
 * (() => { let a, b; return [() => (the text), function () { ({ a, b } = arguments[0]); }]; })
 * ```
 *
 * The `this` of an arrow function is that of the function around it, which is a constant. But its value may hold the arrow function itself.
 * So it is made in the only place where `this` may come later: a derived constructor before `super()`.
 *
 * ```js
 * (function () { let a; return new (class extends arguments[0] { constructor() { return [() => (the text), () => {
 *   ({ a } = arguments[0].values); if (!arguments[0].hasThis) super(arguments[0].values.this); }]; } })(arguments[1]); })
 * ```
 *
 * Invariant: no name of the wrapper hides a name that the text uses. So the wrapper has no parameters and reads `arguments` by number.
 */
function compile({ name, source, form, strict, url, line, column, importsModules, captures, imports }: FunctionSource): unknown {
  const { before, after } = wrapperOf(form, source);
  const names = [...captures.filter((each) => each !== 'this'), ...imports.map(({ local }) => local)].join(', ');
  const { opening, closing } = (captures.includes('this') ? aroundThis : around)(names);
  const prefix = `${strict ? '"use strict";' : ''}${opening}${before}`;
  const suffix = after + closing;
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

/**
 * A function that assigns to its own name is a declaration, as compilers write helpers of `import()`. The name of an expression is constant,
 * so the text has to be a declaration here, too.
 */
function wrapperOf(form: FunctionForm, source: string): { before: string; after: string } {
  const name = form === 'expression' ? /^(?:async\s+)?function\b\s*\*?\s*([\w$]+)/.exec(source)?.[1] : undefined;
  const assignsItself = name !== undefined && new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}\\s*=(?![=>])`).test(source);
  return assignsItself ? { before: `{ return ${name}; `, after: ' }' } : WRAPPERS[form];
}

function around(names: string): { opening: string; closing: string } {
  const [declared, filled] = names === '' ? ['', ''] : [`let ${names}; `, `({ ${names} } = arguments[0]); `];
  return { opening: `(() => { ${declared}return [() => `, closing: `, function () { ${filled}}]; })` };
}

function aroundThis(names: string): { opening: string; closing: string } {
  const [declared, filled] = names === '' ? ['', ''] : [`let ${names}; `, `({ ${names} } = arguments[0].values); `];
  return {
    opening: `(function () { ${declared}return new (class extends arguments[0] { constructor() { return [() => `,
    closing: `, () => { ${filled}if (!arguments[0].hasThis) super(arguments[0].values.this); }]; } })(arguments[1]); })`,
  };
}

/** Reads by descriptor, because a method may be called `__proto__`. */
function onlyProperty(object: object): unknown {
  const [key = ''] = Reflect.ownKeys(object);
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}
