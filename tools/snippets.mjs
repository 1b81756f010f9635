/**
 * The examples of README.md, of the packages' READMEs, of the guides and of doc comments: each compiles against the built
 * packages, and those marked `run` print what they say. lib/code-blocks.mjs says how they are marked.
 *
 * `node tools/snippets.mjs [--counts FILE]`
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';

import { blocksOfMarkdown, blocksOfSource, expectedOutput, inOneLine } from './lib/code-blocks.mjs';
import { check, noCounts, writeCounts } from './lib/counts.mjs';
import { ROOT, workspaces } from './lib/paths.mjs';
import { describeEnding, runNode, takeGroupsAlong } from './lib/run.mjs';

/** Declarations of threads.js, as its users name them in their tsconfig.json. */
const THREADS_JS = join(ROOT, 'packages/threadsjs/src/threads.d.ts');
const WORK = join(ROOT, '.test-results/snippets');
const OUT = join(WORK, 'out');
const RUN_LIMIT_MS = 30_000;

const { values } = parseArgs({ options: { counts: { type: 'string' } } });
takeGroupsAlong();

const counts = noCounts();
const examples = documents().flatMap(examplesOf);
const problems = compile(examples);
for (const example of examples) {
  const problem = problems.get(example.source);
  check(counts, `${example.title} compiles`, problem);
  if (problem === undefined && example.run) check(counts, `${example.title} prints what it says`, await run(example));
}
writeCounts(values.counts, counts);
process.exitCode = counts.failed === 0 ? 0 : 1;

/** Paths, from the root, of all that holds examples. */
function documents() {
  const packages = workspaces().filter((folder) => folder.startsWith('packages/'));
  const below = (folder, extension) =>
    existsSync(join(ROOT, folder))
      ? readdirSync(join(ROOT, folder), { recursive: true })
          .filter((file) => file.endsWith(extension))
          .sort()
          .map((file) => `${folder}/${file}`)
      : [];
  return [
    'README.md',
    'docs/serialization.md',
    ...packages.map((folder) => `${folder}/README.md`),
    ...['docs/guides', 'docs/design', 'docs/errors'].flatMap((folder) => below(folder, '.md')),
    ...packages.flatMap((folder) => below(`${folder}/src`, '.ts').filter((file) => !file.endsWith('.test.ts'))),
  ];
}

/** Each document has a folder of its own, in which its named blocks can import each other. */
function examplesOf(path) {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const blocks = path.endsWith('.md') ? blocksOfMarkdown(text) : blocksOfSource(text);
  return blocks.map(({ fileName, ...block }) => ({
    ...block,
    path,
    title: `${path}:${block.line}`,
    source: join(WORK, 'src', path.replaceAll('/', '_'), fileName ?? `line-${block.line}.ts`),
  }));
}

/** Writes the examples out and compiles them. Returns what is wrong with which, by source path. */
function compile(all) {
  rmSync(WORK, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  writeFileSync(join(WORK, 'package.json'), '{ "type": "module" }\n');
  for (const { source, code } of all) {
    mkdirSync(dirname(source), { recursive: true });
    writeFileSync(source, `${code}\n`);
  }
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      moduleDetection: 'force', // an example without imports is a module all the same
      isolatedDeclarations: false,
      composite: false,
      declaration: false,
      declarationMap: false,
      sourceMap: false,
      noUnusedLocals: false, // an example may end where its point is made
      noUnusedParameters: false,
      rootDir: join(WORK, 'src'),
      outDir: OUT,
    },
    ROOT,
  );
  const program = ts.createProgram([...all.map(({ source }) => source), THREADS_JS], options);
  const { diagnostics } = program.emit();
  const found = new Map();
  for (const each of [...ts.getPreEmitDiagnostics(program), ...diagnostics]) {
    const file = each.file?.fileName ?? '';
    found.set(file, [
      ...(found.get(file) ?? []),
      describe(
        each,
        all.find(({ source }) => source === file),
      ),
    ]);
  }
  const elsewhere = [...found.keys()].filter((file) => !all.some(({ source }) => source === file));
  for (const file of elsewhere) check(counts, `${file || 'the compiler'} is in order`, found.get(file).join('\n'));
  return new Map([...found].map(([file, messages]) => [file, messages.join('\n')]));
}

/** A diagnostic, at the line of the document. */
function describe(diagnostic, example) {
  const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n  ');
  if (example === undefined || diagnostic.file === undefined) return message;
  const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
  return `  ${example.path}:${example.line + line}: ${message}`;
}

/** Runs a compiled example. Returns what is wrong with it, `undefined` when it printed what it says. */
async function run({ source, code }) {
  const file = join(OUT, relative(join(WORK, 'src'), source)).replace(/\.ts$/, '.js');
  const result = await runNode([file], { cwd: dirname(file), limitMs: RUN_LIMIT_MS, output: 'capture' });
  const ending = describeEnding(result, RUN_LIMIT_MS);
  if (ending !== '') return `  it ${ending}\n${result.output}`;
  const [expected, printed] = [expectedOutput(code), inOneLine(result.stdout)];
  return printed === expected ? undefined : `  it printed  ${printed}\n  and not     ${expected}`;
}
