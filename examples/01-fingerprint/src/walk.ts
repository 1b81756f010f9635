import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { types } from 'node:util';

/** A file or folder that could not be read. */
export interface Unreadable {
  readonly path: string;
  readonly reason: string;
}

export interface Walk {
  /** Regular files, sorted by path. */
  readonly files: string[];
  /** Folders that could not be listed. */
  readonly unreadable: Unreadable[];
}

/**
 * Finds the regular files below a folder. Links are not followed, except for the folder itself; sockets, pipes and
 * devices are passed over.
 *
 * @throws Error when there is no such folder
 */
export function walk(folder: string): Walk {
  requireFolder(folder);
  const files: string[] = [];
  const unreadable: Unreadable[] = [];
  const folders = [folder];
  for (let path = folders.pop(); path !== undefined; path = folders.pop()) {
    try {
      for (const entry of readdirSync(path, { withFileTypes: true })) {
        if (entry.isDirectory()) folders.push(join(path, entry.name));
        else if (entry.isFile()) files.push(join(path, entry.name));
      }
    } catch (error) {
      unreadable.push({ path, reason: reasonOf(error) });
    }
  }
  return { files: files.sort(), unreadable };
}

function requireFolder(folder: string): void {
  let isFolder: boolean;
  try {
    isFolder = statSync(folder).isDirectory();
  } catch (error) {
    throw new Error(`there is no folder ${folder} (${reasonOf(error)})`, { cause: error });
  }
  if (!isFolder) throw new Error(`${folder} is not a folder`);
}

/** Node's messages of file system errors repeat the path: `EACCES: permission denied, open '/x'`. */
export function reasonOf(error: unknown): string {
  const message = types.isNativeError(error) ? error.message : String(error);
  return message.replace(/, \w+( '.*')?$/s, '');
}
