"""Loading: everything goes in once, in one transaction, and every value keeps the words it rests on."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from schemas import (
    Article,
    Count,
    DataItem,
    Event,
    EventDate,
    Evidence,
    Extraction,
    Organisation,
    Problem,
    Run,
    RunCounts,
    RunState,
)
from store import Store, StoreError, loading, open_store

# Emoji outside the basic plane, a combining accent, a joined family and a flag stand in front of every value, so
# that an offset counted in bytes, UTF-16 units or graphemes would point elsewhere.
MARKS = "\U0001f513 cafe\u0301 \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1ec\U0001f1e7"
TITLE = f"{MARKS} Zoë\u2019s Bakery hacked"
BODY = (
    f"{MARKS} Zoë\u2019s Bakery said on Monday that intruders took e-mail addresses of about 1,200 customers. "
    "The bakery denied that cards were taken. \U00020000 The Crumb Gang claimed it."
)
PROBLEM = Problem(code="no_date", reference="news/undated.txt", detail="The page gives no date of publication.")


def quote(text: str, words: str) -> Evidence:
    start = text.rindex(words)
    return Evidence.of(text, start, start + len(words))


def make_extraction(number: int = 1, *, title: str = TITLE, body: str = BODY, event_id: str = "") -> Extraction:
    article = Article(
        reference=f"news/{number}.html",
        title=title,
        body=body,
        published=date(2024, 3, 6),
        url=f"https://example.org/{number}",
        page_hash=f"hash {number}",
    )
    text = article.text
    event = Event(
        event_id=event_id or f"{article.article_id}-1",
        article_id=article.article_id,
        prominence="main",
        status="confirmed",
        status_evidence=quote(text, "said"),
        cause="hacking",
        cause_evidence=quote(text, "hacked"),
        cause_confidence=0.8,
        organisations=(
            Organisation(
                name="Zoë\u2019s Bakery",
                role="victim",
                named=True,
                aliases=(quote(text, "The bakery"),),
                evidence=quote(text, "Zoë\u2019s Bakery"),
                confidence=0.9,
            ),
            Organisation(
                name="The Crumb Gang",
                role="attacker",
                named=True,
                evidence=quote(text, "The Crumb Gang"),
                confidence=0.7,
            ),
        ),
        data=(
            DataItem(
                category="email_addresses", status="exposed", evidence=quote(text, "e-mail addresses"), confidence=0.9
            ),
            DataItem(category="payment_cards", status="not_exposed", evidence=quote(text, "cards"), confidence=0.6),
        ),
        affected=(
            Count(
                min=1200,
                max=1200,
                approx=True,
                unit="people",
                scope="total",
                evidence=quote(text, "about 1,200 customers"),
                confidence=0.9,
            ),
        ),
        dates=(
            EventDate(
                kind="disclosed",
                start=date(2024, 3, 4),
                end=date(2024, 3, 4),
                rule="weekday",
                evidence=quote(text, "Monday"),
                confidence=0.9,
            ),
        ),
        confidence=0.75,
    )
    return Extraction(article=article, events=(event,), extractor_version="1")


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "store.duckdb", read_only=False) as opened:
        yield opened


def read_everything(store: Store) -> dict[str, list[tuple]]:
    query = "SELECT schema_name || '.' || table_name FROM duckdb_tables() ORDER BY ALL"
    tables = [name for (name,) in store.sql(query).fetchall()]
    return {table: store.sql(f"FROM {table} ORDER BY ALL").fetchall() for table in tables}


def test_a_batch_is_counted_and_stored(store):
    counts = store.load([make_extraction(1), make_extraction(2)], [PROBLEM], "run 1")
    assert counts == RunCounts(articles=2, events=2, problems=1)
    assert store.counts() == {"articles": 2, "events": 2, "problems": 1, "runs": 0}


def test_an_article_without_events_is_stored(store):
    extraction = make_extraction().model_copy(update={"events": ()})
    assert store.load([extraction], [], "run 1") == RunCounts(articles=1)
    assert store.known_pages(["hash 1"], "1") == {"hash 1"}


def test_an_empty_batch_changes_nothing(store):
    assert store.load([], [], "run 1") == RunCounts()


def test_the_same_batch_twice_changes_nothing(store):
    batch = [make_extraction(number) for number in range(5)]
    store.load(batch, [PROBLEM], "run 1")
    before = read_everything(store)
    assert store.load(batch, [PROBLEM], "run 2") == RunCounts(known=5)
    assert read_everything(store) == before


def test_only_what_is_new_in_a_batch_is_added(store):
    store.load([make_extraction(1)], [], "run 1")
    assert store.load([make_extraction(1), make_extraction(2)], [PROBLEM], "run 2") == RunCounts(
        known=1, articles=1, events=1, problems=1
    )
    assert store.sql("SELECT run_id FROM articles ORDER BY url").fetchall() == [("run 1",), ("run 2",)]


def test_an_article_twice_in_one_batch_is_added_once(store):
    counts = store.load([make_extraction(1), make_extraction(1)], [PROBLEM, PROBLEM], "run 1")
    assert counts == RunCounts(known=1, articles=1, events=1, problems=1)


@pytest.mark.parametrize("table", ["events", "event_organisations", "event_dates", "problems"])
def test_a_failure_in_the_middle_leaves_nothing(store, monkeypatch, table):
    store.load([make_extraction(1)], [], "run 1")
    before = read_everything(store)

    append = loading.append

    def fail_at_table(connection, name, rows):
        append(connection, name, rows)
        if name == table:
            raise KeyboardInterrupt

    monkeypatch.setattr("store.loading.append", fail_at_table)
    with pytest.raises(KeyboardInterrupt):
        store.load([make_extraction(2)], [PROBLEM], "run 2")
    monkeypatch.undo()
    assert read_everything(store) == before
    assert store.load([make_extraction(2)], [PROBLEM], "run 3").articles == 1


def test_a_value_that_the_database_refuses_leaves_nothing(store):
    good = make_extraction(2)
    beyond_64_bits = good.events[0].affected[0].model_copy(update={"min": None, "max": 10**30})
    event = good.events[0].model_copy(update={"affected": (beyond_64_bits,)})
    with pytest.raises(StoreError, match="could not be loaded"):
        store.load([make_extraction(1), good.model_copy(update={"events": (event,)})], [PROBLEM], "run 1")
    assert sum(store.counts().values()) == 0


def test_two_events_cannot_share_an_id(store):
    with pytest.raises(StoreError, match="two events have the id shared"):
        store.load([make_extraction(1, event_id="shared"), make_extraction(2, event_id="shared")], [], "run 1")
    store.load([make_extraction(1, event_id="shared")], [], "run 1")
    with pytest.raises(StoreError, match="two events have the id shared"):
        store.load([make_extraction(2, event_id="shared")], [], "run 1")


EVIDENCE = """
    SELECT event_id, status_evidence_start AS s, status_evidence_end AS e, status_quote AS q FROM events
    UNION ALL SELECT event_id, cause_evidence_start, cause_evidence_end, cause_quote FROM events
    UNION ALL SELECT event_id, evidence_start, evidence_end, quote FROM event_organisations
    UNION ALL SELECT event_id, unnest(alias_evidence, recursive := true) FROM event_organisations
    UNION ALL SELECT event_id, evidence_start, evidence_end, quote FROM event_data
    UNION ALL SELECT event_id, evidence_start, evidence_end, quote FROM event_counts
    UNION ALL SELECT event_id, evidence_start, evidence_end, quote FROM event_dates
"""


def test_every_quote_stands_where_its_evidence_says(store):
    extractions = [make_extraction(1), make_extraction(2, body="\x00\t\ufeff" + BODY.replace("e\u0301", "\u00e9"))]
    store.load(extractions, [], "run 1")
    # DuckDB's `substring` and `length` count code points, as Python does; `substring_grapheme` would not.
    rows = store.sql(f"""
        SELECT substring(text, s + 1, e - s), q, url, length(text) FROM ({EVIDENCE}) JOIN events USING (event_id)
        JOIN articles USING (article_id)
    """).fetchall()
    lengths = {one.article.url: len(one.article.text) for one in extractions}
    assert len(rows) == sum(len(list(event.all_evidence())) for one in extractions for event in one.events) == 18
    for found, quoted, url, length in rows:
        assert found == quoted
        assert length == lengths[url]


def test_a_lone_surrogate_moves_no_offset(store):
    store.load([make_extraction(1, title=f"\ud83d {TITLE} \ude00\ud83d")], [], "run 1")
    title, found, quoted = store.sql(
        "SELECT title, substring(text, e.evidence_start + 1, e.evidence_end - e.evidence_start), quote "
        "FROM event_counts AS e JOIN events USING (event_id) JOIN articles USING (article_id)"
    ).fetchall()[0]
    assert found == quoted == "about 1,200 customers"
    assert title == f"\ufffd {TITLE} \ufffd\ufffd"


def test_aliases_keep_their_words_and_places(store):
    extraction = make_extraction()
    store.load([extraction], [], "run 1")
    alias = extraction.events[0].organisations[0].aliases[0]
    assert store.sql("SELECT aliases, alias_evidence FROM event_organisations ORDER BY item_number").fetchall() == [
        (["The bakery"], [{"evidence_start": alias.start, "evidence_end": alias.end, "quote": "The bakery"}]),
        ([], []),
    ]


def test_known_pages_are_those_of_stored_articles(store):
    store.load([make_extraction(1)], [PROBLEM], "run 1")
    assert store.known_pages(["hash 1", "hash 2"], "1") == {"hash 1"}
    assert store.known_pages([], "1") == set()


def test_a_run_is_recorded_once_and_in_utc(store):
    started = datetime(2024, 3, 6, 9, 30, tzinfo=timezone(timedelta(hours=2)))
    run = Run(run_id="run 1", flow="ingest", state=RunState.RUNNING, started_at=started, versions={"duckdb": "2"})
    run = run.model_copy(update={"process": "desk:7:123", "seconds": {"load": 1.25}})
    store.save_run(run)
    counts = RunCounts(
        references=9, stopped_first_look=3, stopped_topic=2, known=1, articles=2, copies=1, events=3, problems=1
    )
    ended = datetime(2024, 3, 6, 7, 31, tzinfo=UTC)
    store.save_run(run.model_copy(update={"state": RunState.COMPLETED, "ended_at": ended, "counts": counts}))
    assert store.sql("SELECT * EXCLUDE (versions, stage_seconds, process_name) FROM runs").fetchall() == [
        (
            *("run 1", "ingest", "completed", datetime(2024, 3, 6, 7, 30), datetime(2024, 3, 6, 7, 31)),
            *(9, 3, 2, 1, 2, 1, 0, 3, 1),
        )
    ]
    query = "SELECT versions->>'duckdb', (stage_seconds->>'load')::DOUBLE, process_name FROM runs"
    assert store.sql(query).fetchall() == [("2", 1.25, "desk:7:123")]


def test_a_run_that_never_ended_can_be_closed_and_others_stay_as_they_are(store):
    begun = datetime(2024, 3, 6, tzinfo=UTC)
    for number, state in enumerate((RunState.RUNNING, RunState.RUNNING, RunState.COMPLETED)):
        store.save_run(Run(run_id=f"run {number}", flow="ingest", state=state, started_at=begun, process="desk:7:1"))
    assert [(run.run_id, run.process) for run in store.running()] == [("run 0", "desk:7:1"), ("run 1", "desk:7:1")]
    store.abandon_runs(["run 1", "run 2"])
    states = store.rows("SELECT state_code, ended_at IS NULL FROM runs ORDER BY run_id")[1]
    assert states == [("running", True), ("abandoned", False), ("completed", True)]
