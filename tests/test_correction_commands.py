"""`breachwire correct` and `breachwire corrections`: from the command line, and from one store to another."""

import csv
import json
import re
import runpy
import shlex
from pathlib import Path

import pytest

from store import open_store
from tests.made import TWO_STORIES, make_article, read

SHARED = Path(__file__).parents[1].parent / "shared"
ARTICLE = make_article()
MORE = TWO_STORIES.replace("5,000", "47,000")
NORWOOD, BRILL = f"{ARTICLE.article_id}-1", f"{ARTICLE.article_id}-2"
NOTE = ("--note", "read again", "--author", "Ada")


@pytest.fixture
def theirs(tmp_path):
    """The store of somebody else, who has the same article, read by another extractor that numbers otherwise."""
    path = tmp_path / "theirs.duckdb"
    other = read(ARTICLE, version="2")
    renamed = tuple(one.model_copy(update={"event_id": f"their {one.event_id[-1]}"}) for one in other.events)
    with open_store(path, read_only=False) as opened:
        opened.load([other.model_copy(update={"events": renamed})], [], "run 1")
    return path


@pytest.fixture
def mine(tmp_path):
    """The store that BREACHWIRE_STORE names."""
    path = tmp_path / "store.duckdb"
    with open_store(path, read_only=False) as opened:
        opened.load([read(ARTICLE)], [], "run 1")
    return path


def rows_of(path: Path, query: str) -> list[tuple]:
    with open_store(path) as store:
        return store.rows(query)[1]


def test_a_correction_is_made_listed_and_undone(breachwire, mine):
    answer = breachwire("correct", NORWOOD, "cause=ransomware", "data.credentials=", *NOTE)
    assert (answer.code, answer.out.count("takes it back")) == (0, 2)
    assert rows_of(mine, "SELECT cause_code FROM event_table") == [("ransomware",), ("lost_or_stolen",)]
    listed = breachwire("corrections", "list").out
    assert all(word in listed for word in (NORWOOD, "ransomware", "read again", "Ada"))
    assert breachwire("corrections").out == listed
    undo = answer.out.split("`")[1].split()[1:]
    assert breachwire(*undo).out == f"Undone: cause of event {NORWOOD}.\n"
    assert rows_of(mine, "SELECT cause_code FROM event_table") == [("hacking",), ("lost_or_stolen",)]


def test_the_examples_of_the_help_do_what_they_say(breachwire, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    article = make_article(MORE + " Acme Hosting keeps the data of both.")
    extraction = read(article)
    event = extraction.events[0].model_copy(update={"event_id": "1f0c9ad2b6e4f7a3"})
    with open_store(tmp_path / "store.duckdb", read_only=False) as opened:
        opened.load([extraction.model_copy(update={"events": (event,)})], [], "run 1")
    helps = breachwire("correct", "--help").out + breachwire("corrections", "--help").out
    examples = [line.strip() for line in helps.splitlines() if line.startswith("    breachwire")]
    assert len(examples) == 10
    made = []
    for line in sorted(examples, key=lambda line: ("is_event" in line, "undo" in line, "import" in line)):
        told = line.replace("3f2a9c01b7de", made[-1] if made else "").replace("theirs.csv", "mine.csv")
        answer = breachwire(*shlex.split(told)[1:])
        assert answer.code == 0, (line, answer.err)
        made += re.findall(r"undo (\w+)`", answer.out)


def test_what_is_wrong_is_one_sentence(breachwire, mine):
    for arguments, told in [
        (("correct", "nobody", "cause=hacking", *NOTE), "breachwire: There is no event nobody; "),
        (("correct", NORWOOD, "cause=magic", *NOTE), "breachwire: 'magic' is not one of the causes: "),
        (("correct", NORWOOD, "dates.occurred=2024-02-30", *NOTE), "breachwire: There is no day '2024-02-30'; "),
        (("correct", NORWOOD, "cause=hacking"), "breachwire: A correction is kept with its reason and its author: "),
        (("corrections", "undo", "42"), "breachwire: There is no correction 42; "),
        (("corrections", "export"), "breachwire: Give a file for the corrections, or --gold FOLDER; "),
        (("corrections", "import", "none.csv"), "breachwire: none.csv cannot be read (No such file or directory)."),
    ]:
        answer = breachwire(*arguments)
        assert answer.code in (1, 2)
        assert answer.err.startswith(told)
        assert answer.err.count("\n") == 1
    assert rows_of(mine, "FROM corrections") == []


def test_without_a_store_nothing_is_made(breachwire, tmp_path):
    assert "There is no store" in breachwire("correct", NORWOOD, "cause=hacking", *NOTE).err
    assert list(tmp_path.glob("*.duckdb")) == []


def test_a_team_shares_its_corrections(breachwire, mine, theirs, tmp_path):
    file, their_store = str(tmp_path / "mine.csv"), ("--store", str(theirs))
    breachwire("correct", NORWOOD, "cause=ransomware", *NOTE)
    breachwire("correct", BRILL, "affected.people=~950", "--note", "=1+1", "--author", "Ada")
    assert breachwire("corrections", "export", file).out == f"2 corrections written to {file}\n"
    with open(file, encoding="utf-8", newline="") as lines:  # noqa: PTH123
        assert [row["note"] for row in csv.DictReader(lines)] == ["read again", "'=1+1"]

    answer = breachwire("corrections", "import", file, *their_store)
    assert answer.out == "2 corrections added, 0 undone, 0 known already.\n"
    told = [("ransomware", 5000, False), ("lost_or_stolen", 950, True)]
    assert rows_of(theirs, "SELECT cause_code, affected_min, affected_is_approx FROM event_table") == told
    assert rows_of(theirs, "SELECT note, corrected_by FROM corrections ORDER BY ALL") == [
        ("=1+1", "Ada"),
        ("read again", "Ada"),
    ]
    again = breachwire("corrections", "import", file, *their_store)
    assert again.out == "0 corrections added, 0 undone, 2 known already.\n"

    undone = rows_of(mine, "SELECT correction_id FROM corrections WHERE field_name = 'cause'")[0][0]
    breachwire("corrections", "undo", undone)
    breachwire("corrections", "export", file)
    assert "0 corrections added, 1 undone" in breachwire("corrections", "import", file, *their_store).out
    assert rows_of(theirs, "SELECT cause_code FROM event_table") == [("hacking",), ("lost_or_stolen",)]


def test_what_does_not_fit_is_left_out_with_its_reason(breachwire, mine, tmp_path):
    file = tmp_path / "mine.csv"
    breachwire("correct", NORWOOD, "cause=ransomware", *NOTE)
    breachwire("corrections", "export", str(file))
    empty = tmp_path / "empty.duckdb"
    with open_store(empty, read_only=False) as opened:
        opened.load([read(make_article(number=2))], [], "run 1")
    answer = breachwire("corrections", "import", str(file), "--store", str(empty))
    assert answer.code == 1
    assert "this store does not tell the event" in answer.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("a,b\n1,2\n", "has no column correction_id"),
        ("{header}\n1,a,e,set,cause,hacking,,,Ada,2024-05-01,,\n", "line 2: note"),
        ("{header}\n1,a,e,turn,cause,hacking,,why,Ada,2024-05-01,,\n", "line 2: action"),
        ("{header}\n1,a,e,set,cause,hacking,,why,Ada,yesterday,,\n", "line 2: Invalid isoformat"),
        ("\xff\xfe", "is not a CSV in UTF-8"),
    ],
)
def test_a_file_of_something_else_is_refused(breachwire, mine, tmp_path, content, told):
    header = (
        "correction_id,article_id,event_id,action_code,field_name,value,quote,note,corrected_by,corrected_at,"
        "undone_by,undone_at"
    )
    file = tmp_path / "file.csv"
    file.write_bytes(content.format(header=header).encode("latin-1"))
    answer = breachwire("corrections", "import", str(file))
    assert answer.code == 1
    assert told in answer.err
    assert rows_of(mine, "FROM corrections") == []


def test_corrected_articles_are_training_data(breachwire, mine, tmp_path):
    folder = tmp_path / "corrected"
    breachwire("correct", NORWOOD, "cause=ransomware", *NOTE)
    breachwire(
        *("correct", NORWOOD, "organisations.supplier+=Acme Hosting Inc.", "--quote", "hackers", *NOTE),
    )
    assert breachwire("corrections", "export", "--gold", str(folder)).out == f"1 article written to {folder}\n"
    [article], [gold] = (
        [json.loads(line) for line in (folder / f"corrected.{name}.jsonl").read_text().splitlines()]
        for name in ("articles", "gold")
    )
    assert (article["title"], article["text"]) == ("Two breaches", TWO_STORIES)
    assert gold["events"][0]["cause"] == "ransomware"
    check = SHARED / "gold" / "check.py"
    if not check.exists():
        pytest.skip("the checker of the shared folder is not here")
    assert list(runpy.run_path(str(check))["faults"](article, gold)) == []
