/** Usage: node dist/main.js FOLDER [--write]. Without --write it lists the files that it would change, and ends with 1 if there are any. */
import { parseArgs } from 'node:util';
import { ProcessPoolExecutor } from 'heddle';
import { formatFolder } from './format-folder.js';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false } } });
const [folder] = positionals;
if (folder === undefined) {
  console.error('usage: node dist/main.js FOLDER [--write]');
  process.exit(2);
}

const interrupted = new AbortController();
process.once('SIGINT', () => {
  interrupted.abort();
});

await using executor = new ProcessPoolExecutor();
const { files, changed, failed } = await formatFolder(folder, { executor, write: values.write, signal: interrupted.signal });
for (const file of changed) console.log(`${values.write ? 'formatted' : 'to format'}  ${file}`);
for (const { file, reason } of failed) console.log(`failed     ${file}: ${reason}`);
console.log(`${String(files)} files, ${String(changed.length)} ${values.write ? 'changed' : 'to change'}, ${String(failed.length)} failed`);
if (interrupted.signal.aborted) process.exitCode = 130;
else if (failed.length > 0 || (changed.length > 0 && !values.write)) process.exitCode = 1;
