/** The compiled code of this realm by the ids of the descriptions, shared by all functions with the same description. */
import { shared } from '../values/shared.js';
import { FunctionFactory } from './compile-function.js';
import type { FunctionSource } from './function-descriptor.js';

const factories = shared('factories', () => new Map<string, FunctionFactory>());
/** @returns the compiled code of a description, which is compiled once */
export function factoryOf(descriptor: FunctionSource): FunctionFactory {
  let factory = factories.get(descriptor.id);
  if (factory === undefined) factories.set(descriptor.id, (factory = new FunctionFactory(descriptor)));
  return factory;
}

/** @returns the compiled code of an id; `undefined` when this realm has not received it */
export function knownFactory(id: string): FunctionFactory | undefined {
  return factories.get(id);
}
