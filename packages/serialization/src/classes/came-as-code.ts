/** Which of the classes of this realm came as code: see class-code.ts. */
import { shared } from '../values/shared.js';
import type { RegisteredClass } from './class-registry.js';

const made = shared('classesFromCode', () => new WeakSet<RegisteredClass>());

export function noteCameAsCode(registered: RegisteredClass): void {
  made.add(registered);
}

/** Tells whether a class came as code. If so, a module that registers the class later takes precedence. */
export function cameAsCode(registered: RegisteredClass): boolean {
  return made.has(registered);
}
