/**
 * Whole programs, and what a service manager hears of them at a real socket.
 *
 * @workers
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startProgram, until, type Program } from '@heddle/testkit/support';
import { NotifySocket } from '../test-support/notify-socket.js';

const module = new URL('../../fixtures/service-notifications.mjs', import.meta.url);

/** The watchdog is to be fed every 10 ms. */
const watchdog = { WATCHDOG_USEC: '20000' };

let socket: NotifySocket;
let folder = '';
const programs: Program[] = [];
beforeEach(() => {
  socket = new NotifySocket();
  folder = mkdtempSync(join(tmpdir(), 'heddle-service-'));
});
afterEach(async () => {
  for (const { child, ended } of programs.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  socket.close();
  rmSync(folder, { recursive: true });
});

function start(name: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Program {
  const program = startProgram(module, [name, ...args], [], { NOTIFY_SOCKET: socket.path, ...env });
  programs.push(program);
  return program;
}

async function stop(program: Program): Promise<{ code: number | null; stdout: string }> {
  program.child.kill('SIGTERM');
  const { code, stdout } = await program.ended;
  return { code, stdout };
}

/** A file that is made later; the program waits for it. */
function later(name: string): { file: string; make: () => void } {
  const file = join(folder, name);
  return {
    file,
    make: () => {
      writeFileSync(file, '');
    },
  };
}

const feeds = (messages: readonly string[]): number => messages.filter((each) => each === 'WATCHDOG=1').length;

describe('READY, STATUS, STOPPING', () => {
  test('each when it is so, once, and in order', async () => {
    const isReady = later('ready');
    const program = start('readies', [isReady.file]);
    await program.line('started');
    expect(socket.messages).toEqual([]);
    isReady.make();
    await program.line('up');
    expect(await stop(program)).toMatchObject({ code: 0 });
    await socket.received('STATUS=cutting off');
    expect(socket.messages).toEqual([
      'READY=1\nSTATUS=warping',
      'STATUS=weaving READY=0',
      'STATUS=woven',
      'STOPPING=1',
      'STATUS=cutting off',
    ]);
  });

  test('a service that fails never is ready; why it failed is its status', async () => {
    expect(await start('fails').ended).toMatchObject({ code: 1 });
    await socket.received('STOPPING=1');
    expect(socket.messages).toEqual(['STATUS=failed: Error: no yarn', 'STOPPING=1']);
  });

  test('what is no text is refused', async () => {
    expect((await start('wrong').ended).stdout.split('\n')).toEqual([
      'TypeError: ready: status must be a string, got 1',
      'TypeError: status: text must be a string, got undefined',
      'TypeError: status: text must be a string, got null',
      '',
    ]);
  });

  test('a NOTIFY_SOCKET that leads nowhere: a warning, and the service goes on', async () => {
    const isReady = later('ready');
    isReady.make();
    const nowhere = join(folder, 'nothing');
    const program = start('readies', [isReady.file], { NOTIFY_SOCKET: nowhere, ...watchdog });
    await program.line('up');
    const { code, stdout } = await stop(program);
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => line.startsWith('HEDDLE_'))).toEqual([
      `HEDDLE_NOTIFY_FAILED the service manager could not be told at ${nowhere} (NOTIFY_SOCKET); the service goes on`,
    ]);
  });
});

describe('SIGHUP', () => {
  test('reloads: RELOADING with the time, then READY; twice meanwhile is once more; an error is reported, and the service goes on', async () => {
    const [goOn, end] = [later('go on'), later('end')];
    const program = start('reloads', [goOn.file, end.file]);
    await program.line('up');
    const before = process.hrtime.bigint() / 1000n;
    program.child.kill('SIGHUP');
    await program.line('reload 1 begins');
    for (const count of [2, 3]) {
      program.child.kill('SIGHUP');
      await program.line(`SIGHUP ${String(count)}`);
    }
    goOn.make();
    await until('the second reload', () => socket.messages.length === 7);
    program.child.kill('SIGHUP');
    await until('the third reload', () => socket.messages.length === 10);
    const reloading = socket.messages
      .filter((each) => each.startsWith('RELOADING'))
      .map((each) => /^RELOADING=1\nMONOTONIC_USEC=(\d+)$/.exec(each)?.[1]);
    const times = [before, ...reloading.map((text) => BigInt(text ?? 'nothing')), process.hrtime.bigint() / 1000n];
    expect([...times].sort((a, b) => Number(a - b))).toEqual(times);
    expect(socket.messages.map((each) => each.replace(/\d{2,}$/, 'N'))).toEqual([
      'READY=1',
      'RELOADING=1\nMONOTONIC_USEC=N',
      'STATUS=reload 1',
      'READY=1',
      'RELOADING=1\nMONOTONIC_USEC=N',
      'STATUS=reload 2',
      'READY=1',
      'RELOADING=1\nMONOTONIC_USEC=N',
      'STATUS=reload 3',
      'READY=1\nSTATUS=reload failed: Error: a bad pattern',
    ]);
    program.child.kill('SIGTERM');
    await program.line('told');
    program.child.kill('SIGHUP'); // while it stops: too late
    await program.line('SIGHUP 5');
    end.make();
    const { code, stdout } = await program.ended;
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'up',
      'SIGHUP 1',
      'reload 1 begins',
      'SIGHUP 2',
      'SIGHUP 3',
      'reload 2 begins',
      'SIGHUP 4',
      'reload 3 begins',
      'HEDDLE_RELOAD_FAILED onReload threw; the service goes on',
      'told',
      'SIGHUP 5',
      '',
    ]);
    await socket.received('STOPPING=1');
    expect(socket.messages.slice(10)).toEqual(['STOPPING=1']);
  });

  test('before the service is ready it reloads, and nobody is told: READY would come too early', async () => {
    const isReady = later('ready');
    const program = start('early', [isReady.file]);
    await program.line('started');
    program.child.kill('SIGHUP');
    await program.line('reloaded');
    expect(socket.messages).toEqual([]);
    isReady.make();
    await socket.received('READY=1');
    await stop(program);
    await socket.received('STOPPING=1');
    expect(socket.messages).toEqual(['READY=1', 'STOPPING=1']);
  });

  test('without onReload it ends the program, as ever', async () => {
    const isReady = later('ready');
    isReady.make();
    const program = start('readies', [isReady.file]);
    await program.line('up');
    program.child.kill('SIGHUP');
    expect(await program.ended).toMatchObject({ code: null, signal: 'SIGHUP' });
  });
});

describe('WATCHDOG', () => {
  test('is fed from READY to STOPPING', async () => {
    const program = start('idles', [], watchdog);
    await socket.received('WATCHDOG=1', 5);
    expect(await stop(program)).toMatchObject({ code: 0 });
    await socket.received('STOPPING=1');
    expect(feeds(socket.messages.slice(0, socket.messages.indexOf('READY=1')))).toBe(0);
    expect(feeds(socket.messages.slice(socket.messages.indexOf('STOPPING=1')))).toBe(0);
  });

  test('is not fed while the event loop is blocked', async () => {
    const program = start('blocks', [], watchdog);
    await program.line('up');
    await socket.received('WATCHDOG=1', 3);
    program.child.kill('SIGUSR2');
    await socket.received('STATUS=free');
    const [blocked, free] = [socket.messages.indexOf('STATUS=blocked'), socket.messages.indexOf('STATUS=free')];
    // One may have been under way; in 300 ms there would have been thirty.
    expect(feeds(socket.messages.slice(blocked, free))).toBeLessThanOrEqual(1);
    await socket.received('WATCHDOG=1', 3, free);
  });

  test('is not fed while an idle pool does not answer, though the event loop goes on; is again when it does', async () => {
    const program = start('idles', [], watchdog);
    await socket.received('WATCHDOG=1', 3);
    const pid = Number(/^STATUS=worker (\d+)$/m.exec(socket.messages.join('\n'))?.[1]);
    process.kill(pid, 'SIGSTOP');
    try {
      // A millisecond lies between two of these, and ten between two beats.
      await until('100 signs of life without a feed', () => socket.messages.length > 100 && feeds(socket.messages.slice(-100)) === 0);
      await program.line('HEDDLE_WATCHDOG_STARVES the watchdog is not fed: ProcessPoolExecutor does not answer');
      const continued = socket.messages.length;
      process.kill(pid, 'SIGCONT');
      await socket.received('WATCHDOG=1', 3, continued);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect(await stop(program)).toMatchObject({ code: 0 });
  });

  test('is fed while all workers are busy', async () => {
    const program = start('busy', [], watchdog);
    await socket.received('WATCHDOG=1', 10);
    expect(await stop(program)).toMatchObject({ code: 0 }); // a slow machine may have been late before they were busy
  });

  test('unless they are for longer than busyTimeoutMs, without one task ending', async () => {
    const program = start('stuck', [], watchdog);
    await program.line('HEDDLE_WATCHDOG_STARVES the watchdog is not fed: ProcessPoolExecutor does not answer');
    const fed = feeds(socket.messages); // it may be none: the machine may be slower than 50 ms
    expect(await stop(program)).toMatchObject({ code: 0 });
    await socket.received('STOPPING=1');
    expect(feeds(socket.messages)).toBeLessThanOrEqual(fed + 1); // one may have been on its way
  });

  test.each([
    [{ WATCHDOG_USEC: 'often' }, ['HEDDLE_NOTIFY_FAILED WATCHDOG_USEC is "often", which is no number above 0: the watchdog is not fed']],
    [{ ...watchdog, WATCHDOG_PID: '1' }, []],
  ])('is not fed with %p, and the service goes on', async (env, warnings) => {
    const program = start('idles', [], env);
    await socket.received('STATUS=alive', 50);
    const { code, stdout } = await stop(program);
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => line.startsWith('HEDDLE_'))).toEqual(warnings);
    expect(feeds(socket.messages)).toBe(0);
  });
});
