"""Python's side of the rows: python.py ROW EXECUTOR SCALE prints one measurement as JSON.

ROW is one of ROWS below, EXECUTOR one of threads, processes, pool, executor-map, asyncio-group, asyncio-gather, SCALE the benchmark's scale as JSON.
Sums are checked; a wrong one is answered as such.
"""

import asyncio
import concurrent.futures
import json
import multiprocessing
import multiprocessing.pool
import os
import signal
import statistics
import sys
import time

WORKERS = 2


def add_one(n):
    return n + 1


def pid_after(ms):
    end = time.perf_counter() + ms / 1000
    while time.perf_counter() < end:
        pass
    return os.getpid()


def must_equal(got, expected):
    if got != expected:
        print(json.dumps({"status": "wrong", "reason": f"sum {got} instead of {expected}"}))
        sys.exit(0)


def sampled(scale, once):
    """Calls `once` until the budget is spent; the median of what it returned."""
    samples = []
    end = time.perf_counter() + scale["budgetMs"] / 1000
    while not samples or (time.perf_counter() < end and len(samples) < scale["maxSamples"]):
        samples.append(once())
    return {"status": "ok", "value": statistics.median(samples), "samples": samples}


class PoolAsExecutor(multiprocessing.pool.Pool):
    """multiprocessing.Pool with the names of an executor's methods."""

    def submit(self, fn, *args):
        future = self.apply_async(fn, args)
        future.result = future.get
        return future


def open_executor(kind, workers=WORKERS):
    if kind == "threads":
        return concurrent.futures.ThreadPoolExecutor(workers)
    if kind == "pool":
        return PoolAsExecutor(workers)
    return concurrent.futures.ProcessPoolExecutor(workers)


def burst(kind, scale):
    count = 10_000 if scale["quick"] else 40_000
    with open_executor(kind) as pool:

        def once(count=count):
            start = time.perf_counter()
            futures = [pool.submit(add_one, i) for i in range(count)]
            total = sum(future.result() for future in futures)
            seconds = time.perf_counter() - start
            must_equal(total, count * (count + 1) // 2)
            return count / seconds

        once(1000)
        return sampled(scale, once)


def one_by_one(kind, scale):
    with open_executor(kind) as pool:

        def once(count=500):
            start = time.perf_counter()
            total = sum(pool.submit(add_one, i).result() for i in range(count))
            seconds = time.perf_counter() - start
            must_equal(total, count * (count + 1) // 2)
            return seconds / count * 1e6

        once()
        return sampled(scale, once)


def map_numbers(kind, scale):
    count = 1_000_000
    items = list(range(count))

    def sampled_with(run):
        def once():
            start = time.perf_counter()
            results = run()
            seconds = time.perf_counter() - start
            must_equal(sum(results), count * (count + 1) // 2)
            return count / seconds

        return sampled(scale, once)

    if kind == "pool":
        with open_executor(kind) as pool:
            pool.map(add_one, items[:10_000])
            return sampled_with(lambda: pool.map(add_one, items))
    with open_executor("processes") as pool:
        list(pool.map(add_one, items[:10_000], chunksize=1000))
        return sampled_with(lambda: list(pool.map(add_one, items, chunksize=1000)))


async def add_one_at_once(n):
    return n + 1


async def add_one_a_turn_later(n):
    await asyncio.sleep(0)
    return n + 1


async def in_group(fn, count):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fn(i)) for i in range(count)]
    return sum(task.result() for task in tasks)


async def gathered(fn, count):
    return sum(await asyncio.gather(*(fn(i) for i in range(count))))


def spawn(kind, scale, fn):
    count = 20_000 if scale["quick"] else 100_000
    together = in_group if kind == "asyncio-group" else gathered

    async def measure():
        async def once():
            start = time.perf_counter()
            total = await together(fn, count)
            seconds = time.perf_counter() - start
            must_equal(total, count * (count + 1) // 2)
            return count / seconds

        await once()
        samples = []
        end = time.perf_counter() + scale["budgetMs"] / 1000
        while not samples or (time.perf_counter() < end and len(samples) < scale["maxSamples"]):
            samples.append(await once())
        return {"status": "ok", "value": statistics.median(samples), "samples": samples}

    return asyncio.run(measure())


def recovery(kind, scale, busy):
    """As work/recovery.mjs: how long after its only worker was killed a pool has run the next task."""
    pool = open_executor(kind, 1)
    losses = []

    def answered(dead, queued):
        lost = 0
        end = time.perf_counter() + 3
        while True:
            try:
                if (queued or pool.submit(pid_after, 0)).result(timeout=1) != dead:
                    return lost
            except Exception as error:
                lost += 1
                if time.perf_counter() > end:
                    said = f"{type(error).__name__}: {error}" if str(error) else "no answer in 1000 ms"
                    reason = f"no next task ran in 3 s; {lost} got no result, the last: {said}"
                    finish({"status": "hung", "reason": reason})
            queued = None
            time.sleep(0.001)

    def once():
        pid = pool.submit(pid_after, 0).result()
        queued = None
        if busy:
            pool.submit(pid_after, 10_000)
            queued = pool.submit(pid_after, 0)
        time.sleep(0.1)
        start = time.perf_counter()
        os.kill(pid, signal.SIGKILL)
        losses.append(answered(pid, queued))
        return (time.perf_counter() - start) * 1000

    measured = sampled({**scale, "maxSamples": 10}, once)
    finish({**measured, "extras": {"lost": max(losses)}})


def finish(outcome):
    """Ends the program without waiting for a pool that may never end."""
    print(json.dumps(outcome), flush=True)
    os._exit(0)


ROWS = {
    "recovery-busy": lambda kind, scale: recovery(kind, scale, True),
    "recovery-idle": lambda kind, scale: recovery(kind, scale, False),
    "spawn-trivial": lambda kind, scale: spawn(kind, scale, add_one_at_once),
    "spawn-turn": lambda kind, scale: spawn(kind, scale, add_one_a_turn_later),
    "burst": burst,
    "one-by-one": one_by_one,
    "map": map_numbers,
}

if __name__ == "__main__":
    row, executor, scale = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    print(json.dumps(ROWS[row](executor, scale)))
