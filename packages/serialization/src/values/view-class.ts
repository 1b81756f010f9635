type ViewClass = new (buffer: ArrayBuffer, offset: number, length?: number) => object;

/** The classes of views that this engine has, as its structured clone knows them. */
const viewNames = [
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

/** The name of the class that a view's contents are of, whatever its prototype is. */
export function viewName(view: ArrayBufferView): string {
  return (tagOf?.call(view) as string | undefined) ?? 'DataView';
}

/** The class of a view, by brand: the view may come from another realm, or its `constructor` be anything. */
export function viewClass(view: ArrayBufferView): ViewClass {
  return classes[viewName(view)] ?? (view.constructor as ViewClass);
}

/** The class of views with this name. @throws RangeError when there is none */
export function viewClassNamed(name: string): ViewClass {
  const found = viewNames.includes(name) ? classes[name] : undefined;
  if (found === undefined) throw new RangeError(`there are no views called ${JSON.stringify(name)} here`);
  return found;
}
