import type { FunctionDescriptor } from '@heddle/serialization';

/** A line of a script, counted from 1. */
export interface ScriptLine {
  readonly file: string;
  readonly line: number;
}

/**
 * Returns the default name of a function's task. A function without a name is named by its place in the source.
 *
 * @param userLine - finds the user's line for a line of a generated script, where there is a source map
 */
export function taskName(
  descriptor: FunctionDescriptor,
  userLine: (generated: ScriptLine & { readonly column: number }) => ScriptLine | undefined = () => undefined,
): string {
  if (descriptor.name !== '') return descriptor.name;
  if (descriptor.kind !== 'source' || descriptor.url === undefined || descriptor.url.startsWith('data:')) return 'anonymous';
  const generated = { file: descriptor.url, line: descriptor.line + 1, column: descriptor.column + 1 };
  const { file, line } = userLine(generated) ?? generated;
  return `anonymous (${
    file
      .replace(/[?#].*$/, '')
      .split(/[\\/]/)
      .at(-1) ?? file
  }:${String(line)})`;
}
