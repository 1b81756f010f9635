/** Functions and paths of Node. The caller has them: browsers have none, and Rollup takes platform-default.ts, which has none either. */
export interface FileSystem {
  readonly existsSync: (path: string) => boolean;
  readonly fileURLToPath: (url: URL) => string;
  /** Of the process: Node's program, the main file, ... */
  readonly argv: readonly string[];
  readonly execPath: string;
}
