/**
 * `npm test [-- STAGE ...]`: sets the checkout up, runs every stage (or the ones named), and ends with `N passed, N failed`.
 * The exit code is 0 only when every stage ran something and nothing failed.
 */
import { judge, noCounts, sum, summary } from './lib/counts.mjs';
import { ROOT } from './lib/paths.mjs';
import { describeEnding, runNode, takeGroupsAlong } from './lib/run.mjs';
import { QUIET, SetupError, setUp, setUpDependencies } from './setup.mjs';
import { stages } from './stages.mjs';

const SHOWN = 20;

takeGroupsAlong();
const chosen = choose(process.argv.slice(2));
const setUpFailed = await failsToSetUp();
const results = setUpFailed === undefined ? await runAll(chosen) : [setUpFailed];

const total = sum(results);
console.log(`\n${'-'.repeat(40)}`);
for (const { name, note, ...counts } of results) console.log(`${name.padEnd(10)} ${summary(counts)}${note}`);
for (const problem of total.problems.slice(0, SHOWN)) console.log(`  ✗ ${problem}`);
if (total.problems.length > SHOWN) console.log(`  … and ${total.problems.length - SHOWN} more`);
console.log(summary(total));
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

function choose(names) {
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    console.error(`No stage ${unknown.join(', ')}. There are: ${stages.map((stage) => stage.name).join(', ')}.`);
    process.exit(2);
  }
  return names.length === 0 ? stages : stages.filter((stage) => names.includes(stage.name));
}

/** A checkout that cannot be set up is a failure like any other, with the last line that whoever reads it expects. */
async function failsToSetUp() {
  try {
    await (chosen.some((stage) => stage.name === 'build') ? setUpDependencies() : setUp());
    return undefined;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.log(error.message);
    return { ...noCounts(), failed: 1, problems: ['setting up'], name: 'set-up', note: '' };
  }
}

async function runAll(list) {
  const done = [];
  let broken;
  for (const stage of list) {
    if (broken !== undefined) {
      done.push({
        ...noCounts(),
        failed: 1,
        problems: [`${stage.name} was not run`],
        name: stage.name,
        note: ` (not run: ${broken} failed)`,
      });
      continue;
    }
    const result = await runStage(stage);
    done.push(result);
    if (result.failed > 0 && stage.needed) broken = stage.name;
  }
  return done;
}

async function runStage({ name, limitMs, args, prepare, count, onPass }) {
  console.log(`\n=== ${name}`);
  const startedAt = performance.now();
  prepare();
  const ending = describeEnding(await runNode(args, { cwd: ROOT, env: QUIET, limitMs }), limitMs);
  const counts = judge(count(), ending);
  if (counts.failed === 0) onPass?.();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  return { ...counts, problems: counts.problems.map((problem) => `${name}: ${problem}`), name, note: `  (${seconds} s)` };
}
