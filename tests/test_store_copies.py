"""Copies in the store: they point to the article that is read for all, tell no events, and nobody's work is lost."""

from datetime import UTC, date, datetime, timedelta

import pytest

from extractors.near_duplicates import CopyIndex, sign
from flows.copies import divide_copies, open_index
from schemas import Article, Extraction, Run, RunCounts, RunState, SourceRun
from store import Store, examine, open_store, parse_change
from store.reading import read_extractions
from tests.made import TWO_STORIES, make_article, read

ORIGINAL = make_article(outlet="Harbour Post", source="harbour-post", date_source="feed")
MORE = TWO_STORIES.replace("5,000", "47,000")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.duckdb"


@pytest.fixture
def store(path):
    with open_store(path, read_only=False) as opened:
        opened.load([read(ORIGINAL)], [], "run 1")
        yield opened


def ask(store: Store, query: str) -> list[tuple]:
    return store.rows(query)[1]


def copy_of(original: Article, number: int = 2, **values) -> Extraction:
    article = make_article(original.body, number, **values)
    return Extraction(article=article, events=(), extractor_version="1", copy_of=original.article_id)


def test_a_copy_is_an_article_without_events(store):
    copy = copy_of(ORIGINAL, outlet="Inland Mail")
    assert store.load([copy], [], "run 2") == RunCounts(articles=1, copies=1)
    assert store.load([copy], [], "run 3") == RunCounts(known=1)
    assert ask(store, "SELECT article_id, copy_of, original_outlet FROM copies") == [
        (copy.article.article_id, ORIGINAL.article_id, "Harbour Post")
    ]
    assert store.counts() == {"articles": 2, "events": 2, "problems": 0, "runs": 0}
    assert read_extractions(store._connection, "FROM articles ORDER BY copy_of NULLS FIRST") == [read(ORIGINAL), copy]


def test_who_published_first_is_known(store):
    store.load(
        [
            copy_of(ORIGINAL, 2, outlet="Inland Mail", published=date(2024, 4, 29)),
            copy_of(ORIGINAL, 3, outlet="Coast Weekly", published=date(2024, 4, 29)),
            copy_of(ORIGINAL, 4, outlet="Inland Mail", published=date(2024, 5, 7)),
            copy_of(ORIGINAL, 5, outlet="Ashwick Paper", published=None),
            read(make_article(MORE, 6, outlet="Alone")),
        ],
        [],
        "run 2",
    )
    assert ask(store, "SELECT * EXCLUDE (title) FROM syndicated_articles") == [
        (
            *(ORIGINAL.article_id, 4, 4, date(2024, 4, 29), "Coast Weekly; Inland Mail", "https://example.org/2"),
            *(date(2024, 5, 7), "Ashwick Paper; Coast Weekly; Harbour Post; Inland Mail"),
        )
    ]


def test_a_copy_of_a_copy_points_to_the_first(store):
    first = copy_of(ORIGINAL)
    store.load([first], [], "run 2")
    store.load([copy_of(first.article, 3)], [], "run 3")
    assert ask(store, "SELECT DISTINCT copy_of FROM copies") == [(ORIGINAL.article_id,)]
    assert len(ask(store, "FROM copies")) == 2


def test_an_article_that_becomes_a_copy_hands_its_copies_on(store):
    second = read(make_article(number=2))
    store.load([second, copy_of(second.article, 3)], [], "run 2")
    before = datetime.now(UTC).replace(tzinfo=None)
    assert store.load([copy_of(ORIGINAL)], [], "run 3") == RunCounts(revised=1)
    assert ask(store, "SELECT copy_of, count(*) FROM copies GROUP BY ALL") == [(ORIGINAL.article_id, 2)]
    assert ask(store, "SELECT DISTINCT reason_code FROM changes") == [("new_copy",)]
    assert store.counts()["events"] == 2
    store.close()
    assert examine(store.path) == []
    with open_store(store.path, as_of=before.isoformat()) as past:
        assert ask(past, "SELECT copy_of FROM copies") == [(second.article.article_id,)]
        assert past.counts()["events"] == 4


def test_a_copy_whose_text_changes_tells_events_and_the_other_way_round(store):
    copy = copy_of(ORIGINAL)
    store.load([copy], [], "run 2")
    changed = read(make_article(MORE, 2))
    assert store.load([changed], [], "run 3") == RunCounts(revised=1, events=2)
    assert ask(store, "FROM copies") == []
    ids = ask(store, "SELECT event_id FROM event_table ORDER BY ALL")
    store.load([copy], [], "run 4")
    assert store.counts()["events"] == 2
    store.load([changed], [], "run 5")
    assert ask(store, "SELECT event_id FROM event_table ORDER BY ALL") == ids


def test_a_copy_whose_original_was_not_loaded_is_a_problem_and_tried_again(store):
    lost = make_article(MORE, 8)
    assert store.load([copy_of(lost, 9)], [], "run 2") == RunCounts(problems=1)
    assert ask(store, "SELECT problem_code, reference FROM problems") == [("extraction_failed", "news/9.html")]
    assert store.load([read(lost), copy_of(lost, 9)], [], "run 3") == RunCounts(articles=2, copies=1, events=2)


def test_what_a_person_corrected_is_never_taken_for_a_copy(store):
    second = read(make_article(number=2))
    store.load([second], [], "run 2")
    event_id = second.events[0].event_id
    store.correct(event_id, [parse_change("cause=ransomware")], note="It says so.", author="Ada")
    assert store.corrected_articles() == {second.article.article_id}
    assert store.load([copy_of(ORIGINAL)], [], "run 3") == RunCounts(known=1)
    assert ask(store, f"SELECT cause_code FROM events WHERE event_id = '{event_id}'") == [("ransomware",)]


FAULTS = [
    ("UPDATE history.articles SET copy_of = 'nobody' WHERE copy_of IS NOT NULL", "1 copies have lost their original"),
    (
        "INSERT INTO history.articles SELECT * REPLACE (article_id AS copy_of, 'a' AS article_id) "
        "FROM history.articles WHERE copy_of IS NOT NULL",
        "1 copies repeat an article that is a copy itself",
    ),
    ("UPDATE history.events SET article_id = (SELECT article_id FROM copies)", "2 copies tell events"),
]


@pytest.mark.parametrize(("fault", "told"), FAULTS)
def test_the_doctor_sees_what_is_wrong_with_copies(store, fault, told):
    store.load([copy_of(ORIGINAL)], [], "run 2")
    store._connection.execute(fault).fetchall()
    store.close()
    assert any(told in one.sentence for one in examine(store.path))


# From articles to what is stored


def divide(store: Store, index: CopyIndex, *articles: Article, own=()) -> tuple[list[str], dict[str, str]]:
    """Divide the articles and load both kinds; the references of those read, and of each copy with its original's."""
    told, copies = divide_copies(articles, index, store.texts, own)
    store.load([*map(read, told), *copies], [], "run")
    names = dict(ask(store, "SELECT article_id, reference FROM articles"))
    return [one.reference for one in told], {one.article.reference: names[one.copy_of] for one in copies}


def test_one_text_is_read_once(store):
    index = open_index(store)
    again, other = make_article(number=2, title="Two cases"), make_article(MORE, 3)
    assert divide(store, index, ORIGINAL, again, other) == (
        ["news/1.html", "news/3.html"],
        {"news/2.html": "news/1.html"},
    )
    cut = make_article(MORE.split(" In another")[0], 4)
    assert divide(store, index, cut, again) == ([], {"news/4.html": "news/3.html", "news/2.html": "news/1.html"})
    assert examine_closed(store) == []


def test_a_later_run_knows_what_earlier_ones_read(store, path):
    divide(store, open_index(store), make_article(MORE, 3))
    store.close()
    with open_store(path, read_only=False) as later:
        index = open_index(later)
        assert len(index) == 2
        assert list(later.unsigned_texts(b"\x01")) == []
        assert len(list(later.unsigned_texts(b"\x02"))) == 2
        assert divide(later, index, make_article(MORE, 5))[1] == {"news/5.html": "news/3.html"}


def test_copies_stored_before_copies_were_told_apart_become_copies_of_the_first(store):
    second, third = make_article(number=2), make_article(number=3)
    store.load([read(second), read(third)], [], "run 2")
    index = open_index(store)
    assert divide(store, index, third, second, ORIGINAL) == (
        ["news/1.html"],
        {"news/3.html": "news/1.html", "news/2.html": "news/1.html"},
    )
    assert store.counts()["events"] == 2
    assert examine_closed(store) == []


def test_corrected_articles_are_read_by_themselves(store):
    second = make_article(number=2)
    assert divide(store, open_index(store), second, own={second.article_id}) == (["news/2.html"], {})


def test_an_article_that_changes_is_told_by_what_it_says_now(store):
    index = open_index(store)
    assert divide(store, index, make_article(number=2))[1] == {"news/2.html": "news/1.html"}
    assert divide(store, index, make_article(MORE, 2)) == (["news/2.html"], {})
    assert divide(store, index, make_article(number=2))[1] == {"news/2.html": "news/1.html"}
    assert divide(store, index, make_article(MORE, 5)) == (["news/5.html"], {})


def examine_closed(store: Store) -> list:
    store.close()
    return examine(store.path)


# Sources


def test_what_each_source_gave_is_kept_with_the_run(store):
    started = datetime(2024, 5, 1, 6, tzinfo=UTC)
    for day, found in enumerate((3, 0, 4)):
        sources = (SourceRun(source="harbour-post", kind="feed", found=found, pages=found, problems=1),)
        if day == 2:
            sources += (SourceRun(source="inland-mail", kind="sitemap"),)
        begun = started + timedelta(days=day)
        run = Run(run_id=f"run {day}", flow="ingest", state=RunState.RUNNING, started_at=begun, sources=sources)
        store.save_run(run)
        store.save_run(run.model_copy(update={"state": RunState.COMPLETED, "ended_at": begun}))
    assert ask(
        store, "SELECT run_id, source_name, kind_code, found_count, page_count, problem_count FROM source_runs"
    ) == [
        ("run 0", "harbour-post", "feed", 3, 3, 1),
        ("run 1", "harbour-post", "feed", 0, 0, 1),
        ("run 2", "harbour-post", "feed", 4, 4, 1),
        ("run 2", "inland-mail", "sitemap", 0, 0, 0),
    ]
    assert store.sources_found(started + timedelta(hours=1)) == {
        "harbour-post": (4, started),
        "inland-mail": (0, started + timedelta(days=2)),
    }


def test_where_a_date_and_an_article_come_from_is_kept(store):
    assert ask(store, "SELECT date_source_code, source_name FROM articles") == [("feed", "harbour-post")]


def test_a_signature_is_that_of_the_text_that_holds_now(store):
    open_index(store)
    store.load([read(make_article(MORE))], [], "run 2")
    open_index(store)
    assert list(store.signatures()) == [(ORIGINAL.article_id, sign(make_article(MORE).text))]
