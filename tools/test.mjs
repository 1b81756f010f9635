/**
 * `npm test [-- STAGE ...]`: sets the checkout up, runs every stage (or the ones named), and ends with `N passed, N failed`.
 * The exit code is 0 only when every stage ran something and nothing failed.
 */
import { chosenOf } from './lib/chosen.mjs';
import { judge, noCounts, sum, summary } from './lib/counts.mjs';
import { ROOT } from './lib/paths.mjs';
import { describeEnding, runNode, takeGroupsAlong } from './lib/run.mjs';
import { QUIET, SetupError, setUp, setUpDependencies } from './setup.mjs';
import { stages } from './stages.mjs';

const SHOWN = 20;

takeGroupsAlong();
const names = chosenOf(
  'stage',
  stages.map((stage) => stage.name),
);
const chosen = stages.filter((stage) => names.includes(stage.name));
const setUpFailed = await failsToSetUp();
const results = setUpFailed === undefined ? await runAll(chosen) : [setUpFailed];

const total = sum(results);
console.log(`\n${'-'.repeat(40)}`);
for (const { name, note, ...counts } of results) console.log(`${name.padEnd(10)} ${summary(counts)}${note}`);
for (const problem of total.problems.slice(0, SHOWN)) console.log(`  ✗ ${problem}`);
if (total.problems.length > SHOWN) console.log(`  … and ${total.problems.length - SHOWN} more`);
console.log(summary(total));
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

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
  for (const group of groups(list)) {
    if (broken === undefined) done.push(...(group.length === 1 ? [await runStage(group[0])] : await runBeside(group)));
    else for (const { name } of group) done.push(notRun(name, broken));
    broken ??= group.find((stage, i) => stage.needed && done.at(i - group.length).failed > 0)?.name;
  }
  return done;
}

/** Neighbours that may run beside each other are one group, each other stage is its own. */
function groups(list) {
  const all = [];
  for (const stage of list) {
    const last = all.at(-1);
    if (stage.isBeside && last?.[0].isBeside) last.push(stage);
    else all.push([stage]);
  }
  return all;
}

/** Two at a time. What a stage prints is shown when it has ended, in one piece. */
async function runBeside(group) {
  const results = [];
  const waiting = [...group.entries()];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [place, stage] = next;
      results[place] = await runStage(stage, 'capture');
    }
  };
  await Promise.all([lane(), lane()]);
  return results;
}

function notRun(name, broken) {
  return { ...noCounts(), failed: 1, problems: [`${name} was not run`], name, note: ` (not run: ${broken} failed)` };
}

async function runStage({ name, limitMs, args, prepare, count, onPass }, output = 'inherit') {
  if (output === 'inherit') console.log(`\n=== ${name}`);
  const startedAt = performance.now();
  prepare();
  const result = await runNode(args, { cwd: ROOT, env: QUIET, limitMs, output });
  if (output === 'capture') console.log(`\n=== ${name}\n${result.output}`);
  const counts = judge(count(), describeEnding(result, limitMs));
  if (counts.failed === 0) onPass?.();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  return { ...counts, problems: counts.problems.map((problem) => `${name}: ${problem}`), name, note: `  (${seconds} s)` };
}
