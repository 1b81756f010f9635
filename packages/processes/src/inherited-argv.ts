/** @returns the Node options of this process, without those that concern it alone: ports of the inspector, a text to evaluate */
export function inheritedArgv(): string[] {
  const text = (process as { _eval?: string })._eval;
  const evaluated = text === undefined ? -1 : process.execArgv.lastIndexOf(text);
  return process.execArgv.filter((arg, i) => {
    if (evaluated > 0 && (i === evaluated || i === evaluated - 1)) return false;
    return !/^--(?:inspect|input-type|eval|print|test|watch)\b/.test(arg);
  });
}
