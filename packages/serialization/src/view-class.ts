type ViewClass = new (buffer: ArrayBuffer, offset: number, length: number) => object;

/** The class of a view, by brand: the view may come from another realm, or its `constructor` be anything. */
export function viewClass(view: ArrayBufferView): ViewClass {
  return (globalThis as unknown as Record<string, ViewClass>)[Object.prototype.toString.call(view).slice(8, -1)] ?? (view.constructor as ViewClass);
}
