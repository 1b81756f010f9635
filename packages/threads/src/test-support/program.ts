import { startProgram as start, type Ending, type Program } from '@heddle/testkit/support';

const programs = new URL('../../fixtures/programs.mjs', import.meta.url);

/** Runs one of the exports of fixtures/programs.mjs in a process of its own. */
export function startProgram(name: string, flags?: readonly string[], env?: NodeJS.ProcessEnv): Program {
  return start(programs, [name], flags, env);
}

/** As {@link startProgram}, to its end. */
export function runProgram(name: string, flags?: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ending> {
  return startProgram(name, flags, env).ended;
}
