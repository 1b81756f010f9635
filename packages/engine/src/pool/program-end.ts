let ends = false;

process.prependOnceListener('exit', () => {
  ends = true;
});

/** Whether the program's exit hooks run: workers are about to go, and nothing can be awaited any more. */
export function programEnds(): boolean {
  return ends;
}
