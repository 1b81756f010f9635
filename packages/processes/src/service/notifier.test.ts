/** @workers */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until, Warnings } from '@heddle/testkit/support';
import { NotifySocket } from '../test-support/notify-socket.js';
import { datagramSender } from './datagram-senders.js';
import { Notifier, statusLine } from './notifier.js';

let folder = '';
let path: string | undefined;
let warnings: Warnings;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-notifier-'));
  path = process.env['PATH'];
  warnings = new Warnings();
});
afterEach(() => {
  warnings.stop();
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
});

/** Puts a program of that name where programs are looked for, and nothing else. */
function onlyProgram(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!${process.execPath}\n${script}`, { mode: 0o755 });
  process.env['PATH'] = folder;
}

/** A stand-in for systemd's program, which notes what it was asked to send, and where. */
const notes = (log: string): string => `
  const { NOTIFY_SOCKET } = process.env;
  require('node:fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify([NOTIFY_SOCKET, ...process.argv.slice(2)]) + '\\n');
`;

const notInstalled = (): Promise<never> => Promise.reject(new Error("Cannot find package 'node-unix-socket'"));

describe('by node-unix-socket', () => {
  test('messages arrive as datagrams, in order, with their lines', async () => {
    const socket = new NotifySocket();
    try {
      const notifier = new Notifier(socket.path);
      const sent = ['one', 'two', 'three'].map((text) => notifier.tell('READY=1', statusLine(text)));
      await Promise.all(sent);
      await until('three messages', () => socket.messages.length === 3);
      expect(socket.messages).toEqual(['READY=1\nSTATUS=one', 'READY=1\nSTATUS=two', 'READY=1\nSTATUS=three']);
    } finally {
      socket.close();
    }
    expect(warnings.all).toEqual([]);
  });

  test('a socket that leads nowhere: one warning, however many messages', async () => {
    const notifier = new Notifier(join(folder, 'nothing'));
    await Promise.all([notifier.tell('READY=1'), notifier.tell('WATCHDOG=1')]);
    await notifier.tell('STOPPING=1');
    expect(await warnings.first()).toMatch(
      /^HEDDLE_NOTIFY_FAILED the service manager could not be told at \/.*nothing \(NOTIFY_SOCKET\); the service goes on\nError: No such file/,
    );
    expect(warnings.all).toHaveLength(1);
  });

  test('a path that is too long', async () => {
    await new Notifier(join(folder, 'x'.repeat(200))).tell('READY=1');
    expect(await warnings.first()).toMatch(/^HEDDLE_NOTIFY_FAILED/);
  });
});

describe('by systemd-notify', () => {
  test('when the package is not installed', async () => {
    const log = join(folder, 'log');
    onlyProgram('systemd-notify', notes(log));
    const notifier = new Notifier('/run/notify', (to) => datagramSender(to, notInstalled));
    await Promise.all([notifier.tell('READY=1', statusLine('a b')), notifier.tell('STOPPING=1')]);
    expect(readFileSync(log, 'utf8')).toBe('["/run/notify","READY=1","STATUS=a b"]\n["/run/notify","STOPPING=1"]\n');
  });

  test('for sockets in the abstract namespace', async () => {
    const log = join(folder, 'log');
    onlyProgram('systemd-notify', notes(log));
    await new Notifier('@/org/heddle/notify').tell('READY=1');
    expect(readFileSync(log, 'utf8')).toBe('["@/org/heddle/notify","READY=1"]\n');
    expect(warnings.all).toEqual([]);
  });

  test('that fails: a warning with what it says', async () => {
    onlyProgram('systemd-notify', 'console.error("Failed to notify init system"); process.exit(1);');
    await new Notifier('@nobody').tell('READY=1');
    expect(await warnings.first()).toMatch(/^HEDDLE_NOTIFY_FAILED.*\nError: systemd-notify ended with 1: Failed to notify init system/);
  });

  test('neither is there: one warning that says what to install', async () => {
    process.env['PATH'] = folder;
    const notifier = new Notifier('/run/notify', (to) => datagramSender(to, notInstalled));
    await notifier.tell('READY=1');
    await notifier.tell('STOPPING=1');
    expect(await warnings.first()).toMatch(/neither the npm package node-unix-socket nor the program systemd-notify: install one/);
    expect(warnings.all).toHaveLength(1);
  });
});

test('without NOTIFY_SOCKET nothing is sent', async () => {
  for (const none of [undefined, '']) {
    const notifier = new Notifier(none, () => Promise.reject(new Error('not to be asked')));
    expect(notifier.hasManager).toBe(false);
    await notifier.tell('READY=1');
  }
  expect(warnings.all).toEqual([]);
});

test('a status is one line, whatever is in it', () => {
  expect(statusLine('woven\nREADY=1\r\n  and more')).toBe('STATUS=woven READY=1 and more');
});
