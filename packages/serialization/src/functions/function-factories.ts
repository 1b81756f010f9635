/** Code that was compiled in this realm, by the id of its description: once for all functions of it. */
import { shared } from '../values/shared.js';
import { FunctionFactory } from './compile-function.js';
import type { FunctionSource } from './function-descriptor.js';

const factories = shared('factories', () => new Map<string, FunctionFactory>());
/** The compiled code of a description; compiled once. */
export function factoryOf(descriptor: FunctionSource): FunctionFactory {
  let factory = factories.get(descriptor.id);
  if (factory === undefined) factories.set(descriptor.id, (factory = new FunctionFactory(descriptor)));
  return factory;
}

/** The compiled code of an id; `undefined` when it has not come here. */
export function knownFactory(id: string): FunctionFactory | undefined {
  return factories.get(id);
}
