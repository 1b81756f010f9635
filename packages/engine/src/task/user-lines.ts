/**
 * Shows the user's own lines in the worker's part of a stack. There, a function that travelled by source has the place
 * of the *generated* script. The source map that leads to the user's lines is known in the caller, which loaded that
 * script:
 *
 *   Node's source maps          --enable-source-maps, tsx
 *   Error.prepareStackTrace     of tools that keep the maps to themselves: Jest, Vitest, ts-node
 */
import { findSourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import { rewriteStacks } from '@heddle/futures/authors';
import type { FunctionDescriptor } from '@heddle/serialization';
import { FrameStandIn } from './frame-stand-in.js';
import type { ScriptLine } from './task-name.js';

/** A place in a script, counted from 1. */
interface Place extends ScriptLine {
  readonly column: number;
}

/**
 * Rewrites the stacks of an error and of its causes, so that they show the user's lines where they name the function of
 * its task.
 */
export function showUserLines(error: unknown, descriptor: FunctionDescriptor): void {
  if (descriptor.kind !== 'source' || descriptor.url === undefined || !hasMaps()) return;
  const { url } = descriptor;
  rewriteStacks(error, (stack) =>
    stack
      .split('\n')
      .map((line) => inUserLine(line, url))
      .join('\n'),
  );
}

function hasMaps(): boolean {
  return areMapsEnabled() || toolsFormat() !== undefined;
}

/** The Error of Node's own realm. Jest runs tests in another realm, and sets its `prepareStackTrace` on this one. */
const nodesError = runInThisContext('Error') as ErrorConstructor;

function toolsFormat(): ((error: Error, frames: NodeJS.CallSite[]) => unknown) | undefined {
  for (const { prepareStackTrace } of [Error, nodesError] as Partial<ErrorConstructor>[])
    if (typeof prepareStackTrace === 'function') return prepareStackTrace;
  return undefined;
}

function areMapsEnabled(): boolean {
  return (process as { sourceMapsEnabled?: boolean }).sourceMapsEnabled === true;
}

function inUserLine(line: string, url: string): string {
  const at = line.indexOf(`${url}:`);
  if (at < 0 || !/^\s+at /.test(line)) return line;
  const [shown, lineNumber, column] = /^:(\d+):(\d+)/.exec(line.slice(at + url.length)) ?? [];
  if (shown === undefined) return line;
  const place = userPlace({ file: url, line: Number(lineNumber), column: Number(column) });
  if (place === undefined) return line;
  return `${line.slice(0, at)}${place.file}:${String(place.line)}:${String(place.column)}${line.slice(at + url.length + shown.length)}`;
}

/** Returns the place that a source map leads to; `undefined` where there is no source map. */
export function userPlace(generated: Place): Place | undefined {
  try {
    if (areMapsEnabled()) {
      const place = byNode(generated);
      if (place !== undefined) return place;
    }
    const { file } = generated;
    // The script was named by the inspector, which turns paths into URLs.
    const byPath = file.startsWith('file:') ? byTool({ ...generated, file: fileURLToPath(file) }) : undefined;
    return byPath ?? byTool(generated);
  } catch {
    return undefined; // the map is broken, or a tool threw
  }
}

function byNode({ file, line, column }: Place): Place | undefined {
  const entry = findSourceMap(file)?.findEntry(line - 1, column - 1);
  if (entry === undefined || !('originalSource' in entry)) return undefined;
  const { originalSource, originalLine, originalColumn } = entry;
  const isUrl = file.startsWith('file:') || !originalSource.startsWith('file:');
  return { file: isUrl ? originalSource : fileURLToPath(originalSource), line: originalLine + 1, column: originalColumn + 1 };
}

function byTool({ file, line, column }: Place): Place | undefined {
  const shown: unknown = toolsFormat()?.(new Error(), [new FrameStandIn(file, line, column)]);
  const [, place, foundLine, foundColumn] =
    typeof shown === 'string' ? (/\n\s+at (?:.* \()?([^()\n]+):(\d+):(\d+)\)?$/.exec(shown) ?? []) : [];
  const found = { file: place ?? file, line: Number(foundLine), column: Number(foundColumn) };
  const isMapped = place !== undefined && !(found.file === file && found.line === line && found.column === column);
  return isMapped ? found : undefined;
}
