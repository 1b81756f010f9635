#!/usr/bin/env node
/** `npx heddle-files FOLDER`: copies the files that an application needs beside a bundle with Heddle inside. */
import { copyHeddleFiles } from 'heddle/files';

const [folder, ...rest] = process.argv.slice(2);
if (folder === undefined || folder.startsWith('-') || rest.length > 0) {
  console.error('usage: heddle-files FOLDER\nCopies the files that an application with Heddle inside its bundle needs beside the bundle.');
  process.exit(2);
}
for (const path of copyHeddleFiles(folder)) console.log(path);
