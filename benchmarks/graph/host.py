"""A contender in a process of its own, whose searches can be stopped.

Libraries in C and Rust cannot be interrupted from Python. So the process that has built the graph
forks for each kind of question; the fork shares the graph and can be killed.
"""

from __future__ import annotations

import gc
import multiprocessing
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.environment import resident_mib
from benchmarks.graph.arrays import Arrays
from benchmarks.graph.contenders import CONTENDERS, plain
from benchmarks.graph.questions import Asked, essence
from benchmarks.timing import once

AGAIN = 0.02
"""Seconds below which a question is asked five times, and the quickest taken."""


@dataclass(frozen=True)
class Limits:
    """Seconds for one question, for all of a kind, and for building."""

    single: float
    budget: float
    build: float


@dataclass
class Measured:
    """What a contender did: seconds to build, MiB it took, seconds and answers by kind."""

    build: float | None = None
    memory: float | None = None
    answers: dict[str, list[tuple[float, Any]]] = field(default_factory=dict)


def measure(name: str, file: Path, filtered: bool, asked: Asked, limits: Limits) -> Measured:
    """Let a contender build the graph of a file and answer all it can."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_host, args=(name, file, filtered, asked, limits, there))
    process.start()
    there.close()
    measured = Measured()
    try:
        while here.poll(limits.build + limits.budget + limits.single):
            word, *rest = here.recv()
            if word == "built":
                measured.build, measured.memory = rest
            elif word == "kind":
                measured.answers[rest[0]] = rest[1]
            else:
                break
    except EOFError:
        pass
    finally:
        process.kill()
        process.join()
    if measured.build is None and process.exitcode not in (0, -9):
        raise RuntimeError(f"{name} failed to build: exit code {process.exitcode}")
    return measured


def _host(
    name: str, file: Path, filtered: bool, asked: Asked, limits: Limits, report: Connection
) -> None:
    arrays = Arrays.load(file)
    prepare, questions = CONTENDERS[name]
    build = prepare(arrays, filtered)
    if name == "kernels":
        build()  # loads the compiled kernel
    gc.collect()
    before = resident_mib()
    gc.disable()
    seconds, graph = once(build)
    gc.enable()
    gc.collect()
    report.send(("built", seconds, resident_mib() - before))
    ask = questions(graph, arrays, filtered, asked.penalty)
    for kind, some in asked.questions.items():
        call = ask.get(kind) or ask.get(kind.removesuffix(", hub"))
        if call is not None:
            report.send(("kind", kind, _forked(name, kind, call, some, asked.penalty, limits)))
    report.send(("done",))


def _forked(
    name: str, kind: str, call: Any, some: list[tuple[int, ...]], penalty: list[int],
    limits: Limits,
) -> list[tuple[float, Any]]:  # fmt: skip
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)

    def work() -> None:
        gc.freeze()
        gc.disable()
        if name == "kernels":
            call(*some[0])  # loads the compiled kernel
        there.send(None)
        for question in some:
            seconds, answer = once(lambda q=question: call(*q))
            if seconds < AGAIN:
                seconds = min(seconds, *(once(lambda q=question: call(*q))[0] for _ in "1234"))
            if name == "kernels":
                answer = plain(kind, answer)
            there.send((seconds, essence(kind, answer, question, penalty)))

    process = context.Process(target=work)
    process.start()
    there.close()
    answers: list[tuple[float, Any]] = []
    try:
        if here.poll(limits.build):
            here.recv()
        begin = time.perf_counter()
        while len(answers) < len(some) and time.perf_counter() - begin < limits.budget:
            if not here.poll(limits.single):
                break
            answers.append(here.recv())
    except EOFError:
        pass
    finally:
        process.kill()
        process.join()
    return answers
