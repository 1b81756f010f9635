import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Reads a file of the system. Returns `undefined` when there is no such file. */
export type ReadText = (path: string) => string | undefined;

const readText: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** Quota over period, in CPUs. Returns `undefined` when there is no limit. */
function cpus(quota: string | undefined, period: string | undefined): number | undefined {
  const [quotaUs, periodUs] = [Number(quota), Number(period)];
  return quotaUs > 0 && periodUs > 0 ? quotaUs / periodUs : undefined;
}

/** The groups of this process, from /proc/self/cgroup: `0::/path` (v2) or `4:cpu,cpuacct:/path` (v1). */
function groups(text: string): { v2: string | undefined; v1Cpu: string | undefined } {
  let v2: string | undefined;
  let v1Cpu: string | undefined;
  for (const line of text.split('\n')) {
    const [id, controllers, path] = line.split(':');
    if (path === undefined) continue;
    if (id === '0' && controllers === '') v2 = path;
    else if (controllers?.split(',').includes('cpu') === true) v1Cpu = path;
  }
  return { v2, v1Cpu };
}

/** The group's folder and those above it, up to the mount. The tightest limit among them applies. */
function upwards(mount: string, path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  const folders = parts.map((_, i) => `${mount}/${parts.slice(0, i + 1).join('/')}`);
  return [mount, ...folders];
}

/**
 * The CPU limit of the container this process runs in (cgroup v1 or v2), in CPUs.
 *
 * @returns `undefined` where there is no limit
 */
export function cgroupCpuLimit(read: ReadText = readText): number | undefined {
  const { v2, v1Cpu } = groups(read('/proc/self/cgroup') ?? '');
  const limits: (number | undefined)[] = [];
  for (const folder of upwards('/sys/fs/cgroup', v2 ?? '/')) {
    const [quota, period] = (read(`${folder}/cpu.max`) ?? '').trim().split(' ');
    limits.push(cpus(quota, period));
  }
  for (const mount of ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct']) {
    for (const folder of upwards(mount, v1Cpu ?? '/')) {
      limits.push(cpus(read(`${folder}/cpu.cfs_quota_us`), read(`${folder}/cpu.cfs_period_us`)));
    }
  }
  const known = limits.filter((limit) => limit !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** How many CPUs this process may use: those that the system offers, within the container's quota; at least 1. */
export function defaultParallelism(read: ReadText = readText, available: number = availableParallelism()): number {
  const limit = cgroupCpuLimit(read) ?? Infinity;
  return Math.max(1, Math.min(available, Math.ceil(limit)));
}
