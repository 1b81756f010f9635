/**
 * A frame for `Error.prepareStackTrace`, like those that V8 makes, which knows only a place. Its methods are on the
 * prototype, since tools copy them from there.
 */
export class FrameStandIn implements NodeJS.CallSite {
  readonly #file: string;
  readonly #line: number;
  readonly #column: number;

  constructor(file: string, line: number, column: number) {
    this.#file = file;
    this.#line = line;
    this.#column = column;
  }

  getThis(): undefined {
    return undefined;
  }
  getTypeName(): null {
    return null;
  }
  getFunction(): undefined {
    return undefined;
  }
  getFunctionName(): string {
    return 'task';
  }
  getMethodName(): null {
    return null;
  }
  getFileName(): string {
    return this.#file;
  }
  getLineNumber(): number {
    return this.#line;
  }
  getColumnNumber(): number {
    return this.#column;
  }
  getEvalOrigin(): undefined {
    return undefined;
  }
  isToplevel(): boolean {
    return true;
  }
  isEval(): boolean {
    return false;
  }
  isNative(): boolean {
    return false;
  }
  isConstructor(): boolean {
    return false;
  }
  isAsync(): boolean {
    return false;
  }
  isPromiseAll(): boolean {
    return false;
  }
  getPromiseIndex(): null {
    return null;
  }
  getScriptNameOrSourceURL(): string {
    return this.#file;
  }
  getScriptHash(): string {
    return '';
  }
  getEnclosingLineNumber(): number {
    return this.#line;
  }
  getEnclosingColumnNumber(): number {
    return this.#column;
  }
  getPosition(): number {
    return 0;
  }
  toString(): string {
    return `task (${this.#file}:${String(this.#line)}:${String(this.#column)})`;
  }
}
