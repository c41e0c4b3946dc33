"""What a run did, for the person who started it."""

import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from flows.places import LOCAL_FOLDER, shorten
from flows.tables import EVENT_COLUMNS, clean, lay_out_events
from flows.wording import count_things, word_numbers, word_problem, word_seconds, word_stages
from schemas import Problem, Run
from store import Store

EVENTS_SHOWN = 20


def print_report(console: Console, store: Store, run: Run, csv: Path | None, *, by_cause: bool = False) -> None:
    """Print the run's events, its counts, where everything lies, and two commands to try next; `by_cause` also how many
    of the new events have which cause."""
    counts = run.counts
    if counts.events:
        _print_events(console, store, run)
    if counts.articles:
        console.print(f"{count_things(counts.articles, 'new article')} with {count_things(counts.events, 'event')}.")
    if by_cause and counts.events:
        console.print(f"By cause: {word_numbers(_count_causes(store, run))}.", soft_wrap=True)
    if counts.copies:
        console.print(
            f"{count_things(counts.copies, 'copy', 'copies')} of other articles among them; their events are told once."
        )
    if stopped := counts.stopped_first_look + counts.stopped_topic:
        console.print(f"{count_things(stopped, 'page')} not about an incident, and not stored.")
    if counts.revised:
        console.print(f"{count_things(counts.revised, 'article')} revised; `changes` tells what changed.")
    if counts.known:
        already = f"{count_things(counts.known, 'article')} already in the store"
        console.print(f"{already}." if counts.articles or counts.revised else f"Nothing new was added: {already}.")
    totals = store.counts()
    held = f"{count_things(totals['articles'], 'article')}, {count_things(totals['events'], 'event')}"
    console.print(f"\nDatabase: {shorten(store.path)} ({held})")
    if csv:
        console.print(f"CSV:      {shorten(csv)} ({count_things(totals['events'], 'row')})")
    if run.ended_at:
        took = word_seconds((run.ended_at - run.started_at).total_seconds())
        stages = word_stages(run.seconds)
        console.print(f"Time:     {took}{f' ({stages})' if stages else ''}", soft_wrap=True)
    console.print("\nTry next:")
    for command in suggest_commands(store.path, csv):
        console.print(f"  {command}", soft_wrap=True)


def _print_events(console: Console, store: Store, run: Run) -> None:
    chosen = f"FROM event_table JOIN articles USING (article_id) WHERE run_id = '{run.run_id}'"
    _, rows = store.rows(f"SELECT {EVENT_COLUMNS} {chosen} LIMIT {EVENTS_SHOWN}")
    console.print(lay_out_events(rows, width=console.width if console.is_terminal else None))
    if (more := run.counts.events - len(rows)) > 0:
        query = f'{command_name()} sql{_store_option(store.path)} "SELECT * FROM event_table"'
        console.print(f"… and {count_things(more, 'more event')}: {query}\n", soft_wrap=True)


def _count_causes(store: Store, run: Run) -> dict[str, int]:
    query = "SELECT cause_code, count(*) FROM events JOIN articles USING (article_id) WHERE run_id = $run GROUP BY ALL"
    return dict(store.rows(query, {"run": run.run_id})[1])


def print_problems(
    console: Console, first: Sequence[Problem], run: Run, store: Path, kinds: Mapping[str, int] | None = None
) -> None:
    """Print the first problems of a run, a line each, and how to see the others; `kinds` is how many of each there
    were."""
    if not first:
        return
    told = f" ({word_numbers(kinds)})" if kinds and len(kinds) > 1 else ""
    console.print(f"{count_things(run.counts.problems, 'problem')}{told}:", soft_wrap=True)
    for problem in first:
        console.print(f"  {clean(word_problem(problem))}", soft_wrap=True)
    if (more := run.counts.problems - len(first)) > 0:
        console.print(f"  … and {more:,} more: {command_name()} problems{_store_option(store)}", soft_wrap=True)


def suggest_commands(store: Path, csv: Path | None) -> list[str]:
    """Two commands that the user may want next."""
    name, option = command_name(), _store_option(store)
    query = "SELECT cause_code, count(*) AS events FROM event_table GROUP BY ALL ORDER BY events DESC"
    second = f"{name} extract data/samples/staff-data-round-up.html" if csv else f"{name} export{option} events.csv"
    return [f'{name} sql{option} "{query}"', second]


def command_name() -> str:
    """How the user can call breachwire: by its name where the shell finds this very one, else by its path."""
    called = Path(sys.argv[0])
    found = shutil.which("breachwire")
    if called.name != "breachwire" or (found and Path(found).resolve() == called.resolve()):
        return "breachwire"
    return shlex.quote(shorten(called.absolute()))


def _store_option(store: Path) -> str:
    usual = store.resolve() == (LOCAL_FOLDER / "breachwire.duckdb").resolve()
    return "" if usual else f" --store {shlex.quote(shorten(store))}"
