type ViewClass = new (buffer: ArrayBuffer, offset: number, length?: number) => object;

/** The names of the view classes that structured clone knows. */
export const viewNames: readonly string[] = [
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
];
const classes = globalThis as unknown as Record<string, ViewClass | undefined>;

// eslint-disable-next-line @typescript-eslint/unbound-method
const tagOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag)?.get;

/** Returns the name of the class of a view's contents, whatever its prototype is. */
export function viewName(view: ArrayBufferView): string {
  return (tagOf?.call(view) as string | undefined) ?? 'DataView';
}

/** Returns this realm's class for a view, by its brand. The view may come from another realm, and its `constructor` may be any value. */
export function viewClass(view: ArrayBufferView): ViewClass {
  return classes[viewName(view)] ?? (view.constructor as ViewClass);
}

/** Returns the class of views with this name. @throws RangeError when there is none */
export function viewClassNamed(name: string): ViewClass {
  const found = viewNames.includes(name) ? classes[name] : undefined;
  if (found === undefined) throw new RangeError(`there are no views called ${JSON.stringify(name)} here`);
  return found;
}
