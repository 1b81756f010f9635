"""Python's side of the rows: python.py ROW EXECUTOR SCALE prints one measurement as JSON.

ROW is a row's name, EXECUTOR one of threads, processes, pool, executor-map, SCALE the benchmark's scale as JSON.
Sums are checked; a wrong one is answered as such.
"""

import concurrent.futures
import json
import multiprocessing
import statistics
import sys
import time

WORKERS = 2


def add_one(n):
    return n + 1


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


def open_executor(kind):
    if kind == "threads":
        return concurrent.futures.ThreadPoolExecutor(WORKERS)
    return concurrent.futures.ProcessPoolExecutor(WORKERS)


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
        with multiprocessing.Pool(WORKERS) as pool:
            pool.map(add_one, items[:10_000])
            return sampled_with(lambda: pool.map(add_one, items))
    with open_executor("processes") as pool:
        list(pool.map(add_one, items[:10_000], chunksize=1000))
        return sampled_with(lambda: list(pool.map(add_one, items, chunksize=1000)))


ROWS = {"burst": burst, "one-by-one": one_by_one, "map": map_numbers}

if __name__ == "__main__":
    row, executor, scale = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    print(json.dumps(ROWS[row](executor, scale)))
