import cliProgress from 'cli-progress';

export interface Progress {
  update(done: number): void;
  stop(): void;
}

/** A progress bar on stderr; nothing at all where there is no terminal to draw it on. */
export function startProgress(title: string, total: number): Progress {
  if (!process.stdout.isTTY || !process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bar = new cliProgress.SingleBar(
    {
      format: `${title.padEnd(12)} {bar} {percentage} %  {value}/{total} files  {eta_formatted} left`,
      barsize: 30,
      clearOnComplete: true,
      // Ctrl-C keeps its default action: a handler could not run while this thread works.
      gracefulExit: false,
      stream: process.stderr,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0);
  return {
    update: (done) => {
      bar.update(done);
    },
    stop: () => {
      bar.stop();
    },
  };
}
