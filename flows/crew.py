"""The crew: worker processes that extract batches, here or on a Dask cluster, while this process loads.

They need no more than the archive of pages, from which they read, and the folder of parts, to which they write. What an
order gives is known by its part: one that is there already, of a run that was stopped, is taken as it is.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from time import time
from typing import TYPE_CHECKING, Any, NamedTuple

from flows.interruption import shielded
from flows.observer import observer
from flows.parts import PAGE_SECONDS, VERSIONS, Done, Kept, Order, WorkersUnusable, carry_out, introduce, name_part
from schemas import Problem
from store import StoreError
from store.parts import Outcome, PartRow, read_part

if TYPE_CHECKING:
    from distributed import Client, Future

INSTALL = "pip install distributed"
MOST_DEATHS = 3  # of workers over one order, until its pages are tried one by one
PATIENCE_SECONDS = 60.0  # for workers to come
LEFTOVER_SECONDS = 86_400.0  # after which a part that no run asked for is removed


class Hands(NamedTuple):
    """Who extracts: so many worker processes of this machine, or those of the cluster at an address; else this one."""

    workers: int = 0
    address: str | None = None

    @property
    def are_own(self) -> bool:
        """Whether this process does it all."""
        return not self.workers and not self.address


HERE = Hands()

# A local cluster has no dashboard; what would be shown there costs 4 % of a core, and none of it is needed.
_UNWATCHED: dict[str, object] = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.limit": "1m",
    "distributed.admin.system-monitor.interval": "10s",
}


class Pending(NamedTuple):
    """A batch that a worker has, or whose part is there already."""

    order: Order
    future: "Future[Done] | None"


class Crew:
    """Extracts batches by workers; what comes back is in the order in which it is asked for, whoever was first."""

    def __init__(self, client: "Client", archive: Path, parts: Path, *, allow_undated: bool, size: int) -> None:
        """`archive` and `parts` are folders that every worker sees; `size` is how many workers there are."""
        self.archive = archive
        self._client, self._parts = client, parts
        self._allow_undated = allow_undated
        self._waiting: list[Pending] = []
        self.most_waiting = 2 * size + 1  # so that nobody waits while the oldest is loaded
        self.cpu_seconds = 0.0
        self.memory: dict[str, int] = {}  # the most bytes that each worker was seen to have

    def ask(self, pages: Sequence[Kept]) -> Pending:
        """Have the pages extracted, if that is not done yet."""
        pending = self._submit(pages)
        self._waiting.append(pending)
        return pending

    def collect(self, pending: Pending) -> list[PartRow]:
        """What became of the pages of a batch, as soon as it is known.

        The pages of a batch over which `MOST_DEATHS` workers died are tried one by one, and one over which as many die
        again is a problem. Raises what else goes wrong with a worker, as `WorkersUnusable` or `StoreError`.
        """
        from distributed.scheduler import KilledWorker

        self._waiting = [other for other in self._waiting if other is not pending]
        try:
            return self._finish(pending)
        except KilledWorker:
            return list(self._try_each(pending.order.pages))

    def settle(self, pending: Pending) -> None:
        """The batch is in the store: its part is needed no more."""
        self._remove(pending.order.part)
        if len(pending.order.pages) > 1:
            for kept in pending.order.pages:
                self._remove(self._parts / name_part([kept], self._allow_undated))

    def clear(self) -> None:
        """Remove parts that no run has asked for within a day, and what workers that were killed left half written."""
        oldest = time() - LEFTOVER_SECONDS
        for file in self._parts.iterdir():
            with suppress(OSError):  # another run may do the same
                if file.stat().st_mtime < oldest:
                    file.unlink()
        with suppress(OSError):
            self._parts.rmdir()  # which only an empty folder lets happen

    def _submit(self, pages: Sequence[Kept]) -> Pending:
        part = self._parts / name_part(pages, self._allow_undated)
        order = Order(self.archive, part, tuple(pages), self._allow_undated, PAGE_SECONDS)
        if part.exists():
            return Pending(order, None)
        return Pending(order, self._client.submit(carry_out, order, key=f"carry_out-{token_hex(8)}", pure=False))

    def _finish(self, pending: Pending) -> list[PartRow]:
        self._wait(pending)
        try:
            return read_part(pending.order.part)
        except StoreError:  # damaged; or another run had the same batch, and has loaded it already
            self._remove(pending.order.part)
            self._wait(self._submit(pending.order.pages))
            return read_part(pending.order.part)

    def _wait(self, pending: Pending) -> None:
        if pending.future:
            done = pending.future.result()
            self.cpu_seconds += done.cpu_seconds
            self.memory[done.process] = max(done.memory_bytes, self.memory.get(done.process, 0))

    def _try_each(self, pages: Iterable[Kept]) -> Iterator[PartRow]:
        """A page at a time, with no other batch on any worker: the death of a worker is charged to all that it had."""
        from distributed.scheduler import KilledWorker

        observer.get().tell(f"{MOST_DEATHS} workers died over one batch; its pages are tried one by one.")
        for pending in self._waiting:
            if pending.future:
                pending.future.exception()  # which waits until there is one, or a result
        for kept in pages:
            try:
                yield from self._finish(self._submit([kept]))
            except KilledWorker:
                yield _set_aside(kept, self.archive)

    def _remove(self, part: Path) -> None:
        with suppress(FileNotFoundError):
            part.unlink()


@contextmanager
def open_crew(hands: Hands, archive: Path, parts: Path, *, allow_undated: bool) -> Iterator[Crew]:
    """Workers that read from `archive` and write to `parts`; within, they are there. Raises `WorkersUnusable`."""
    with _connect(hands) as client:
        size = _check(client, hands, archive, parts)
        crew = Crew(client, archive.absolute(), parts.absolute(), allow_undated=allow_undated, size=size)
        yield crew
        crew.clear()


@contextmanager
def _connect(hands: Hands) -> Iterator["Client"]:
    _import_dask()
    from distributed import Client

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it is raised
    if hands.address:
        try:
            client = Client(hands.address, timeout=PATIENCE_SECONDS / 4, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise WorkersUnusable(
                f"No Dask scheduler answers at {hands.address}; start one with `dask scheduler`, or give --workers."
            ) from error
        with _closed(client):
            yield client
        return
    with _open_local(hands.workers) as client:
        yield client


@contextmanager
def _open_local(workers: int) -> Iterator["Client"]:
    """So many processes of this machine, which nothing outside of it can reach, and which end with this one."""
    import dask
    from distributed import Client, LocalCluster

    with dask.config.set({"distributed.scheduler.allowed-failures": MOST_DEATHS - 1, **_UNWATCHED}):
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            security=True,  # keys for this run alone: who else is on this machine can't give orders
            dashboard_address=None,
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            preload=["flows.preload", *dask.config.get("distributed.worker.preload")],
            silence_logs=logging.CRITICAL,
        )
    with _closed(cluster), _closed(Client(cluster, set_as_default=False)) as client:
        yield client


@contextmanager
def _closed(thing: Any) -> Iterator[Any]:
    """Within, what is given is open; after, it is closed, whatever the user types meanwhile."""
    try:
        yield thing
    finally:
        with shielded(), suppress(TimeoutError):
            thing.close(timeout=10)


def _import_dask() -> None:
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise WorkersUnusable(
            f"Workers need Dask, which is not installed; install it with `{INSTALL}`, or leave out --workers and "
            "--dask."
        ) from error


def _check(client: "Client", hands: Hands, archive: Path, parts: Path) -> int:
    """How many threads the workers have, each of which sees the folders. Raises `WorkersUnusable`."""
    with suppress(TimeoutError):
        client.wait_for_workers(hands.workers or 1, timeout=PATIENCE_SECONDS)
    threads: dict[str, int] = client.nthreads()
    if not threads:
        raise WorkersUnusable(f"{hands.address or 'This machine'} has no workers; start one with `dask worker`.")
    for folder in (archive, parts):
        folder.mkdir(parents=True, exist_ok=True)
    mark = parts.absolute() / f".{token_hex(8)}.mark"
    mark.touch()
    try:
        told = client.run(introduce, archive.absolute(), mark)
    except ImportError as error:
        raise WorkersUnusable(f"A worker has no breachwire ({error}); install {VERSIONS} there.") from error
    finally:
        mark.unlink()
    for worker, (versions, unseen) in told.items():
        if versions != VERSIONS:
            raise WorkersUnusable(f"The worker {worker} has {versions}, and {VERSIONS} is needed; install it there.")
        if unseen:
            raise WorkersUnusable(f"The worker {worker} does not see {unseen[0].parent}; keep it on shared storage.")
    return sum(threads.values())


def _set_aside(kept: Kept, archive: Path) -> PartRow:
    reference = kept.page.reference if kept.page else f"{archive}: page {kept.page_hash}"
    detail = f"{MOST_DEATHS} workers died while they read this page. The page is kept; report it with its address."
    problem = Problem(code="extraction_failed", reference=reference, detail=detail)
    return PartRow(Outcome.PROBLEM, reference, problem=problem)
