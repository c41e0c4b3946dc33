"""Revisions: what outlets and extractors change is taken over, what was said before stays, and ids stay with events."""

import json
from datetime import timedelta

import pytest

from schemas import RunCounts
from store import Store, StoreError, open_store
from store import database as database_module
from store.matching import Telling, match_events
from store.reading import read_extractions
from tests.made import PUBLISHED, TWO_STORIES, make_article, make_event, read

ARTICLE = make_article()
MORE = TWO_STORIES.replace("5,000", "47,000")
ONE_STORY = TWO_STORIES.split(" In another")[0]


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


def test_what_is_read_back_is_what_was_loaded(store):
    assert read_extractions(store._connection, "FROM articles") == [read(ARTICLE)]


def test_the_same_page_again_changes_nothing(store):
    assert store.load([read(ARTICLE)], [], "run 2") == RunCounts(known=1)
    assert ask(store, "SELECT count(*) FROM history.events") == [(2,)]
    assert ask(store, "FROM changes") == []


def test_a_changed_text_is_a_new_revision_and_the_events_keep_their_ids(store):
    before = ask(store, "SELECT event_id, affected_min FROM event_table")
    assert store.load([read(make_article(MORE))], [], "run 2") == RunCounts(revised=1)
    after = ask(store, "SELECT event_id, affected_min FROM event_table")
    assert [event_id for event_id, _ in after] == [event_id for event_id, _ in before]
    assert [number for _, number in after] == [47000, 900]
    assert ask(store, "SELECT revision_number, run_id FROM articles") == [(2, "run 2")]
    assert ask(store, "SELECT revision_number FROM history.articles ORDER BY ALL") == [(1,), (2,)]


def test_what_changed_is_recorded_field_by_field(store):
    store.load([read(make_article(MORE))], [], "run 2")
    [(event_id, reason, field, old, new, run_id)] = ask(
        store, "SELECT event_id, reason_code, field_name, old_value, new_value, run_id FROM changes"
    )
    assert (event_id, reason, field, run_id) == (f"{ARTICLE.article_id}-1", "new_text", "affected.people", "run 2")
    assert [json.loads(value)[0]["min"] for value in (old, new)] == [5000, 47000]


def test_evidence_points_into_the_text_of_its_own_revision(store):
    store.load([read(make_article("Correction below. " + TWO_STORIES))], [], "run 2")
    rows = ask(
        store,
        "SELECT substring(text, d.evidence_start + 1, d.evidence_end - d.evidence_start), quote FROM event_data AS d "
        "JOIN events USING (event_id) JOIN articles USING (article_id)",
    )
    assert len(rows) == 3
    assert all(found == quoted for found, quoted in rows)


def test_an_event_that_is_no_longer_told_is_withdrawn_and_comes_back_with_its_id(store):
    gone = f"{ARTICLE.article_id}-2"
    store.load([read(make_article(ONE_STORY))], [], "run 2")
    assert ask(store, "SELECT victim FROM event_table") == [("Norwood Clinic",)]
    assert ask(store, "SELECT event_id, cause_code FROM withdrawn_events") == [(gone, "lost_or_stolen")]
    assert ask(store, "SELECT field_name, new_value FROM changes") == [("event", None)]
    store.load([read(ARTICLE)], [], "run 3")
    assert ask(store, "SELECT event_id FROM event_table WHERE victim = 'Brill Airways'") == [(gone,)]
    assert ask(store, "FROM withdrawn_events") == []


def test_a_newer_extractor_revises_the_events_not_the_article(store):
    newer = read(ARTICLE, version="2")
    changed = newer.events[0].model_copy(update={"cause": "ransomware", "event_id": "another way of numbering"})
    newer = newer.model_copy(update={"events": (newer.events[1], changed)})
    assert store.load([newer], [], "run 2") == RunCounts(revised=1)
    assert ask(store, "SELECT victim, cause_code, event_id FROM event_table") == [
        ("Brill Airways", "lost_or_stolen", f"{ARTICLE.article_id}-2"),
        ("Norwood Clinic", "ransomware", f"{ARTICLE.article_id}-1"),
    ]
    assert ask(store, "SELECT revision_number, extractor_version FROM articles") == [(1, "2")]
    assert ask(store, "SELECT reason_code, field_name, old_value, new_value, extractor_version FROM changes") == [
        ("new_extractor", "cause", '"hacking"', '"ransomware"', "2")
    ]
    assert ask(store, "SELECT count(*) FROM history.texts") == [(1,)]


def test_another_day_of_publication_is_a_reason_of_its_own(store):
    later = read(make_article(published=PUBLISHED + timedelta(days=366)))
    moved = later.events[0].model_copy(update={"dates": ()})
    assert store.load([later.model_copy(update={"events": (moved, later.events[1])})], [], "run 2").revised == 1
    assert ask(store, "SELECT revision_number, published_date::VARCHAR FROM articles") == [(1, "2025-05-02")]
    assert ask(store, "SELECT reason_code, field_name, new_value FROM changes") == [
        ("new_facts", "dates.occurred", None)
    ]


def test_a_newer_extractor_that_finds_the_same_writes_no_event_anew(store):
    assert store.load([read(ARTICLE, version="2")], [], "run 2") == RunCounts(revised=1)
    assert ask(store, "SELECT count(*) FROM history.events") == [(2,)]


def test_a_new_event_never_gets_the_id_of_another(store):
    article = make_article(TWO_STORIES + " Elm Telecom was hacked.")
    others = read(article).events
    found = make_event(article, 1, "Elm Telecom", cause="hacking")  # numbered as Norwood Clinic's event was
    store.load([read(article).model_copy(update={"events": (found, *others[1:])})], [], "run 2")
    ids = dict(ask(store, "SELECT victim, event_id FROM event_table"))
    assert ids["Brill Airways"] == f"{article.article_id}-2"
    assert ids["Elm Telecom"] not in (f"{article.article_id}-1", ids["Brill Airways"])
    assert ask(store, "SELECT event_id FROM withdrawn_events") == [(f"{article.article_id}-1",)]


@pytest.mark.parametrize("seconds", [0, 1])
def test_the_past_is_answered_as_it_was(path, monkeypatch, seconds):
    times = [PUBLISHED + timedelta(days=days) for days in (1, 2, 3)]
    for run, (moment, body) in enumerate(zip(times, (TWO_STORIES, MORE, ONE_STORY), strict=True), 1):
        stamp = database_module.datetime.combine(moment, database_module.time(12))
        monkeypatch.setattr(database_module, "_now", lambda stamp=stamp: stamp)
        with open_store(path, read_only=False) as store:
            store.load([read(make_article(body))], [], f"run {run}")
    answers = []
    for moment in times:
        as_of = f"{moment}T12:00:0{seconds}" if seconds else moment
        with open_store(path, as_of=as_of) as store:
            answers.append(ask(store, "SELECT victim, affected_min FROM event_table"))
            assert ask(store, "SELECT count(*) FROM changes") == [([0, 1, 3][len(answers) - 1],)]
            assert ask(store, "SELECT text FROM articles")[0][0].count("47,000") == (len(answers) == 2)
    norwood, brill = ("Norwood Clinic", 5000), ("Brill Airways", 900)
    assert answers == [[norwood, brill], [("Norwood Clinic", 47000), brill], [norwood]]
    with open_store(path, as_of=PUBLISHED) as store:
        assert store.counts()["articles"] == 0
    with open_store(path, as_of="2024-05-03T11:59") as store:
        assert ask(store, "SELECT affected_min FROM event_table") == [(5000,), (900,)]
        assert ask(store, "FROM withdrawn_events") == []


@pytest.mark.parametrize("as_of", ["yesterday", "2024-13-01", "2024-05-01T25:00", ""])
def test_a_past_that_is_no_moment_is_refused(store, path, as_of):
    store.close()
    if as_of:
        with pytest.raises(StoreError, match="write it as 2024-05-01"):
            open_store(path, as_of=as_of)
    else:
        open_store(path, as_of=as_of).close()


def test_the_past_cannot_be_written(path):
    with pytest.raises(StoreError, match="can only be read"):
        open_store(path, read_only=False, as_of=PUBLISHED)


def telling(event_id: str, victims: str, quotes: str) -> Telling:
    return Telling(event_id, frozenset(victims.split(",")), frozenset(quotes.split()))


# Events stored, events found anew, and which of these are which.
MATCHES = [
    ([("a", "x", "p q")], [("1", "x", "q r")], {"1": "a"}),  # a victim and a word in common
    ([("a", "x", "p")], [("1", "x", "q")], {"1": "a"}),  # the only event of the victim on both sides
    ([("a", "x", "p"), ("b", "x", "q")], [("1", "x", "r")], {}),  # which of the two nothing tells
    ([("a", "x", "p"), ("b", "x", "q")], [("1", "x", "q"), ("2", "x", "p")], {"1": "b", "2": "a"}),
    ([("a", "x", "p q r")], [("1", "y", "p q s")], {"1": "a"}),  # the victim is named otherwise, the words are the same
    ([("a", "x", "p q r")], [("1", "y", "p s t")], {}),
    ([("a", "x,z", "p")], [("1", "z", "p")], {"1": "a"}),  # by an alias
    ([("a", "x", "p q")], [("1", "x", "p"), ("2", "x", "p q")], {"2": "a"}),  # the most alike
    ([], [("1", "x", "p")], {}),
]


@pytest.mark.parametrize(("old", "new", "matched"), MATCHES)
def test_events_are_matched_by_victim_and_words(old, new, matched):
    assert match_events([telling(*one) for one in old], [telling(*one) for one in new]) == matched
