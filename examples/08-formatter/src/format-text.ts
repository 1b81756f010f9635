import { format } from 'prettier';
import { task } from 'heddle';

/** A text, and the name that tells its language. */
export interface Source {
  readonly text: string;
  readonly extension: string;
}

/**
 * Formats a text with Prettier's defaults. Runs in a worker, which loads Prettier once.
 *
 * @throws the parser's SyntaxError
 */
export const formatText: (source: Source) => Promise<string> = task(
  import.meta.url,
  async function formatText({ text, extension }: Source): Promise<string> {
    return await format(text, { filepath: `file${extension}` });
  },
);
