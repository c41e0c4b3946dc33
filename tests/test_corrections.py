"""Corrections: what a person says stands, now and after every later extraction, until it is taken back."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from schemas import RunCounts
from store import CorrectionError, Store, database, open_store, parse_change
from store.changes import read_count, read_interval
from tests.made import TWO_STORIES, make_article, organisation, read

ARTICLE = make_article()
NORWOOD, BRILL = f"{ARTICLE.article_id}-1", f"{ARTICLE.article_id}-2"
MORE = TWO_STORIES.replace("5,000", "47,000")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.duckdb"


@pytest.fixture
def store(path):
    with open_store(path, read_only=False) as opened:
        opened.load([read(ARTICLE)], [], "run 1")
        yield opened


def ask(store: Store, query: str) -> list[tuple]:
    return store.rows(query)[1]


def correct(store: Store, event_id: str, *changes: str, quote: str | None = None) -> list[str]:
    parsed = [parse_change(change, quote) for change in changes]
    return [one.correction_id for one in store.correct(event_id, parsed, note="read again", author="Ada")]


# What is changed, and what event_table says of the event then.
CHANGES = [
    ("cause=ransomware", "cause_code", "ransomware"),
    ("cause=unknown", "cause_quote", None),
    ("status=alleged", "status_code", "alleged"),
    ("prominence=background", "prominence_code", "background"),
    ("data.credentials=not_exposed", "data_not_exposed", "credentials"),
    ("data.credentials=", "data_exposed", "names"),
    ("affected.people=4000..6000", "affected_max", 6000),
    ("affected.people=~5,000", "affected_is_approx", True),
    ("affected.people=5001..", "affected_max", None),
    ("affected.people=", "affected_min", None),
    ("dates.occurred=2024-03/2024-04-15", "occurred_end", date(2024, 4, 15)),
    ("dates.occurred=2023", "occurred_start", date(2023, 1, 1)),
    ("dates.occurred=../2024-02", "occurred_end", date(2024, 2, 29)),
    ("dates.occurred=", "occurred_start", None),
    ("organisations.supplier+=Brill Airways", "suppliers", "Brill Airways"),
    ("organisations.victim+=brill airways", "victim", "Norwood Clinic; brill airways"),
    ("organisations.victim=Brill Airways", "victim", "Brill Airways"),
]


@pytest.mark.parametrize(("change", "column", "value"), CHANGES)
def test_a_field_is_changed_and_changed_back(store, change, column, value):
    row = f"SELECT * EXCLUDE (is_corrected) FROM event_table WHERE event_id = '{NORWOOD}'"
    before = ask(store, row)
    [correction] = correct(store, NORWOOD, change)
    assert ask(store, f"SELECT {column}, is_corrected FROM event_table WHERE event_id = '{NORWOOD}'") == [(value, True)]
    assert ask(store, f"SELECT is_corrected FROM events WHERE event_id = '{BRILL}'") == [(False,)]
    store.undo(correction, author="Ada")
    assert ask(store, row) == before
    assert ask(store, "SELECT bool_or(is_corrected) FROM events") == [(False,)]


def test_a_new_value_rests_on_words_that_are_given(store):
    correct(store, NORWOOD, "dates.disclosed=2024-04-29", quote="on monday")
    rows = ask(store, "SELECT start_date, quote, rule_name, confidence FROM event_dates WHERE kind_code = 'disclosed'")
    assert rows == [(date(2024, 4, 29), "on Monday", "correction", 1)]
    with pytest.raises(CorrectionError, match="Say which words of the article tell dates"):
        correct(store, NORWOOD, "dates.discovered=2024-04-29")
    with pytest.raises(CorrectionError, match="The article does not say 'on Tuesday'"):
        correct(store, NORWOOD, "dates.discovered=2024-04-29", quote="on Tuesday")


# What cannot be: the change, and what is told.
REFUSED = [
    ("ransomware", "write field=value"),
    ("colour=red", "There is no field 'colour'; the fields are is_event, cause"),
    ("cause=magic", "'magic' is not one of the causes: hacking, ransomware"),
    ("cause=", "'' is not one of the causes"),
    ("cause+=hacking", "set with ="),
    ("data.secrets=exposed", "'secrets' is not one of the data_categories"),
    ("data.names=stolen", "'stolen' is not one of the data_statuses: exposed"),
    ("affected.people=many", "'many' is no count; write 5000"),
    ("affected.people=6000..5000", "6000 is more than 5000"),
    ("affected.people=99999999999999999999", "more than a count can be"),
    ("dates.occurred=2024-02-30", "There is no day '2024-02-30'"),
    ("dates.occurred=May", "There is no day 'May'; give a day, a month or a year"),
    ("dates.occurred=2024-05/2024-04", "ends before it begins"),
    ("dates.occurred=../..", "says no day"),
    ("organisations.boss+=Acme", "'boss' is not one of the roles"),
    ("organisations.supplier+=Acme", "'Acme' is not in the article; give the words"),
    ("organisations.supplier+=", "Say who: organisations.supplier"),
    ("organisations.victim-=Acme", "The event has no victim 'Acme'; it has Norwood Clinic"),
    ("organisations.victim-=Norwood Clinic", "An event needs a victim; if it is no event, say is_event=no"),
    ("is_event=maybe", "is_event is yes or no"),
    ("merge=x", "merge only adds"),
    ("merge+=nobody", "There is no other event nobody in the article"),
    ("split+=Norwood Clinic", "give one of its several victims"),
]


@pytest.mark.parametrize(("change", "told"), REFUSED)
def test_what_cannot_be_is_refused_and_changes_nothing(store, change, told):
    with pytest.raises(CorrectionError, match=told):
        correct(store, NORWOOD, "status=denied", change)
    assert ask(store, "SELECT count(*) FROM corrections") == [(0,)]
    assert ask(store, "SELECT DISTINCT status_code FROM events") == [("confirmed",)]


def test_an_unknown_event_and_a_missing_reason_are_refused(store):
    with pytest.raises(CorrectionError, match="There is no event nobody; `breachwire sql"):
        correct(store, "nobody", "cause=hacking")
    with pytest.raises(CorrectionError, match="say why, with --note"):
        store.correct(NORWOOD, [parse_change("cause=malware")], note=" ", author="Ada")


def test_no_event_is_withdrawn_and_stays_so(store):
    [correction] = correct(store, BRILL, "is_event=no")
    assert ask(store, "SELECT event_id FROM withdrawn_events") == [(BRILL,)]
    with pytest.raises(CorrectionError, match=f"The event {BRILL} was withdrawn"):
        correct(store, BRILL, "cause=hacking")
    store.load([read(make_article(MORE), version="2")], [], "run 2")
    assert ask(store, "SELECT event_id, affected_min FROM event_table") == [(NORWOOD, 47000)]
    store.undo(correction, author="Bo")
    assert ask(store, "SELECT event_id FROM event_table") == [(NORWOOD,), (BRILL,)]


def test_a_look_without_a_change_takes_an_event_off_the_queue(store):
    assert len(ask(store, "FROM review_queue")) == 2
    correct(store, BRILL, "is_event=yes")
    assert ask(store, "SELECT event_id FROM review_queue") == [(NORWOOD,)]


def test_two_events_are_merged_and_stay_so(store):
    [correction] = correct(store, NORWOOD, f"merge+={BRILL}")
    merged = [("Norwood Clinic; Brill Airways", "hacking", "names; credentials; postal_addresses")]
    row = "SELECT victim, cause_code, data_exposed FROM event_table"
    assert ask(store, row) == merged
    store.load([read(make_article(MORE), version="2")], [], "run 2")
    assert ask(store, row) == merged
    store.undo(correction, author="Ada")
    assert len(ask(store, row)) == 2


def test_an_event_of_two_victims_is_split_and_stays_so(store):
    both = read(ARTICLE, version="2")
    first = both.events[0].model_copy(
        update={"organisations": (*both.events[0].organisations, organisation(ARTICLE, "Brill Airways"))}
    )
    store.load([both.model_copy(update={"events": (first,)})], [], "run 2")
    [correction] = correct(store, NORWOOD, "split+=Brill Airways")
    row = "SELECT victim, cause_code, event_id FROM event_table"
    told = ask(store, row)
    assert [one[:2] for one in told] == [("Norwood Clinic", "hacking"), ("Brill Airways", "hacking")]
    correct(store, told[1][2], "cause=lost_or_stolen")
    again = first.model_copy(update={"prominence": "background"})
    store.load([both.model_copy(update={"events": (again,), "extractor_version": "3"})], [], "run 3")
    assert [one[:2] for one in ask(store, row)] == [("Norwood Clinic", "hacking"), ("Brill Airways", "lost_or_stolen")]
    assert ask(store, row)[1][2] == told[1][2]
    store.undo(correction, author="Ada")
    assert [one[0] for one in ask(store, row)] == ["Norwood Clinic; Brill Airways"]


def test_a_correction_stands_over_a_new_text_and_a_new_extractor(store):
    correct(store, NORWOOD, "cause=ransomware", "data.credentials=not_exposed")
    for run, (body, version) in enumerate([(MORE, "1"), (MORE, "2"), (TWO_STORIES, "3")], 2):
        counts = store.load([read(make_article(body), version=version)], [], f"run {run}")
        assert counts == RunCounts(revised=1)
        told = ask(store, f"SELECT cause_code, data_not_exposed FROM event_table WHERE event_id = '{NORWOOD}'")
        assert told == [("ransomware", "credentials")]
    assert ask(store, f"SELECT affected_min FROM event_table WHERE event_id = '{NORWOOD}'") == [(5000,)]


def test_a_corrected_event_stays_though_the_extractor_misses_it(store):
    correct(store, BRILL, "cause=lost_or_stolen")
    missed = read(make_article("Updated. " + MORE), version="2")
    store.load([missed.model_copy(update={"events": missed.events[:1]})], [], "run 2")
    [row] = ask(
        store,
        "SELECT victim, substring(text, c.evidence_start + 1, c.evidence_end - c.evidence_start) "
        "FROM event_counts AS c JOIN event_table USING (event_id) JOIN articles USING (article_id) "
        f"WHERE event_id = '{BRILL}'",
    )
    assert row == ("Brill Airways", "900")


def test_a_correction_whose_words_are_gone_is_told_as_a_problem(store):
    correct(store, NORWOOD, "dates.disclosed=2024-04-29", quote="on Monday")
    store.load([read(make_article(TWO_STORIES.replace("on Monday ", "")))], [], "run 2")
    assert ask(store, "SELECT problem_code, reference FROM problems") == [("stale_correction", "news/1.html")]
    assert ask(store, "SELECT disclosed_start FROM event_table") == [(None,), (None,)]
    store.load([read(ARTICLE)], [], "run 3")
    assert ask(store, "SELECT disclosed_start FROM event_table") == [(date(2024, 4, 29),), (None,)]


def test_a_correction_is_undone_though_the_article_tells_no_event_any_more(store):
    [correction] = correct(store, NORWOOD, "cause=ransomware")
    empty = read(make_article("The report was withdrawn."), version="2")
    store.load([empty], [], "run 2")
    assert ask(store, "FROM events") == []
    assert store.undo(correction, author="Ada").field == "cause"
    assert ask(store, "FROM events") == []


def test_the_past_knows_nothing_of_a_later_correction(path, monkeypatch):
    def work_on(day: int, work: Callable[[Store], object]) -> None:
        monkeypatch.setattr(database, "_now", lambda: datetime(2024, 5, day))
        with open_store(path, read_only=False) as store:
            work(store)

    work_on(2, lambda store: store.load([read(ARTICLE)], [], "run 1"))
    work_on(3, lambda store: correct(store, NORWOOD, "cause=ransomware"))
    work_on(4, lambda store: store.undo(ask(store, "SELECT correction_id FROM corrections")[0][0], author="Bo"))
    told = []
    for day in (2, 3, 4):
        with open_store(path, as_of=date(2024, 5, day)) as store:
            [(cause, is_corrected)] = ask(
                store, f"SELECT cause_code, is_corrected FROM event_table WHERE event_id = '{NORWOOD}'"
            )
            told.append((cause, is_corrected, ask(store, "SELECT value, undone_by FROM corrections")))
    assert told == [
        ("hacking", False, []),
        ("ransomware", True, [("ransomware", None)]),
        ("hacking", False, [("ransomware", "Bo")]),
    ]


def test_what_was_corrected_is_recorded_with_who_and_why(store):
    [correction] = correct(store, NORWOOD, "cause=ransomware")
    store.undo(correction, author="Bo")
    columns = "correction_id, field_name, action_code, value, note, corrected_by, undone_by"
    assert ask(store, f"SELECT {columns} FROM corrections") == [
        (correction, "cause", "set", "ransomware", "read again", "Ada", "Bo")
    ]
    assert ask(store, "SELECT reason_code, field_name, old_value, new_value FROM changes") == [
        ("correction", "cause", '"hacking"', '"ransomware"'),
        ("undone_correction", "cause", '"ransomware"', '"hacking"'),
    ]
    with pytest.raises(CorrectionError, match="was undone already, by Bo"):
        store.undo(correction, author="Ada")
    with pytest.raises(CorrectionError, match="There is no correction 42"):
        store.undo("42", author="Ada")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("5000", (5000, 5000, False)),
        ("~5,000", (5000, 5000, True)),
        ("5000..", (5000, None, False)),
        ("..5000", (None, 5000, False)),
        ("~5 000..6 000", (5000, 6000, True)),
    ],
)
def test_counts_are_read(value, read):
    assert read_count(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2024", (date(2024, 1, 1), date(2024, 12, 31))),
        ("2024-2", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2024-02-03", (date(2024, 2, 3), date(2024, 2, 3))),
        ("2024-02-03 / 2025", (date(2024, 2, 3), date(2025, 12, 31))),
        ("2024/..", (date(2024, 1, 1), None)),
    ],
)
def test_intervals_are_read(value, read):
    assert read_interval(value) == read
