"""Measuring side by side, so that a busy machine slows down what is compared alike."""

import time
from collections.abc import Callable, Mapping
from statistics import median

ROUNDS = 5


def measure(
    tasks: Mapping[str, Callable[[], object]], rounds: int = ROUNDS, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """The median seconds of each task; every round runs all of them, one after the other. With `time.process_time` as
    the clock, what other processes take from the core does not count."""
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            begun = clock()
            task()
            taken[name].append(clock() - begun)
    return {name: median(seconds) for name, seconds in taken.items()}


def print_table(title: str, seconds: Mapping[str, float], number: int, baseline: str) -> None:
    """A line a task: milliseconds for each of `number` things, things a second, and times as long as the baseline."""
    print(f"{title}\n{'':24}{'ms each':>10}{'a second':>12}{'ratio':>9}")
    for name, taken in seconds.items():
        ratio = taken / seconds[baseline]
        print(f"{name:24}{1000 * taken / number:>10.3f}{number / taken:>12,.0f}{ratio:>9.2f}")
    print()
