import { describe, expect, test } from '@jest/globals';
import { cgroupCpuLimit, defaultParallelism } from './default-parallelism.js';

function files(contents: Readonly<Record<string, string>>): (path: string) => string | undefined {
  return (path) => contents[path];
}

describe('the CPU limit of the container', () => {
  test.each<[name: string, contents: Record<string, string>, limit: number | undefined]>([
    ['no cgroups at all', {}, undefined],
    ['v2: no limit', { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': 'max 100000\n' }, undefined],
    ['v2: two CPUs', { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '200000 100000\n' }, 2],
    ['v2: half a CPU', { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '50000 100000\n' }, 0.5],
    ['v2: the group of this process', { '/proc/self/cgroup': '0::/a/b\n', '/sys/fs/cgroup/a/b/cpu.max': '150000 100000\n' }, 1.5],
    [
      'v2: the tightest above it counts',
      {
        '/proc/self/cgroup': '0::/a/b\n',
        '/sys/fs/cgroup/cpu.max': 'max 100000',
        '/sys/fs/cgroup/a/cpu.max': '100000 100000',
        '/sys/fs/cgroup/a/b/cpu.max': '400000 100000',
      },
      1,
    ],
    ['v2: a group outside of what is mounted', { '/proc/self/cgroup': '0::/../other\n', '/sys/fs/cgroup/cpu.max': '300000 100000' }, 3],
    [
      'v1: no limit',
      {
        '/proc/self/cgroup': '4:cpu,cpuacct:/\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      },
      undefined,
    ],
    [
      'v1: two and a half CPUs',
      {
        '/proc/self/cgroup': '12:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n',
        '/sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us': '250000\n',
        '/sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us': '100000\n',
      },
      2.5,
    ],
    [
      'v1: mounted under both names',
      {
        '/proc/self/cgroup': '4:cpuacct,cpu:/\n',
        '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '100000',
        '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000',
      },
      1,
    ],
    ['nonsense', { '/proc/self/cgroup': 'what\n0::\n', '/sys/fs/cgroup/cpu.max': 'a lot' }, undefined],
  ])('%s', (_name, contents, limit) => {
    expect(cgroupCpuLimit(files(contents))).toBe(limit);
  });
});

describe('defaultParallelism', () => {
  const limited = (quota: number): ((path: string) => string | undefined) =>
    files({ '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/cpu.max': `${String(quota)} 100000` });

  test.each([
    [8, 200_000, 2],
    [8, 150_000, 2],
    [8, 50_000, 1],
    [8, 1_600_000, 8],
    [1, 400_000, 1],
  ])('%j CPUs with a quota of %j us of 100,000: %j', (available, quota, expected) => {
    expect(defaultParallelism(limited(quota), available)).toBe(expected);
  });

  test('without a limit it is what the system offers, and at least 1', () => {
    expect(defaultParallelism(files({}), 6)).toBe(6);
    expect(defaultParallelism(files({}), 0)).toBe(1);
    expect(defaultParallelism()).toBeGreaterThanOrEqual(1);
  });
});
