let ends = false;

process.prependOnceListener('exit', () => {
  ends = true;
});

/** Whether the program's exit hooks run. The workers are then about to end, and nothing can be awaited any more. */
export function programEnds(): boolean {
  return ends;
}
