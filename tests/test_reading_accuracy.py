"""Reading measured on real pages and records, where they are there; floors that nobody lowers in silence."""

import json

import pytest

from benchmarks.reading import SHARED, average, find_unstated, judge, judge_trafilatura, read_gold_pages
from extractors.articles import read_article
from schemas import Article, MediaType, Page

NOT_ENGLISH = {"Bhaskar", "HabariLeo", "EyethuNews", "Ilanga", "Isolezwe"}
# The linked data of one page says that it is a live blog of 428 reports; the gold body is all of them.
LIVE_BLOGS = {"TheMirror_2024_08_05.html.gz"}

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared folder with pages and gold is not here")


def test_news_pages() -> None:
    pages = [(gold, read_article(gold.page)) for gold in read_gold_pages(SHARED / "html")]
    refused = {gold.page.reference: read.code for gold, read in pages if not isinstance(read, Article)}
    assert {name.partition("_")[0] for name, code in refused.items() if code == "not_english"} == NOT_ENGLISH
    assert {name for name, code in refused.items() if code == "live_blog"} == LIVE_BLOGS
    assert len(refused) == len(NOT_ENGLISH) + len(LIVE_BLOGS)
    read = [(gold, article) for gold, article in pages if isinstance(article, Article)]
    ours = average([judge(gold, article.title, article.published, article.body) for gold, article in read])
    theirs = average([judge_trafilatura(gold) for gold, _ in read])
    for name, figures in (("read_article", ours), ("trafilatura", theirs)):
        print("{}: title {:.3f}, date {:.3f}, body {:.3f}".format(name, *figures))
    assert ours.title >= 0.95
    assert ours.date == 1.0
    assert ours.body >= 0.96
    assert all(mine >= other for mine, other in zip(ours, theirs, strict=True))


def test_dates_that_no_mark_up_states_are_right_or_none() -> None:
    found = [(gold.published, find_unstated(gold)) for gold in read_gold_pages(SHARED / "html")]
    for way, fewest in (("address", 14), ("page text (two signs)", 22), ("address, else page text", 30)):
        days = [(ways[way], published) for published, ways in found if ways[way]]
        right = sum(day == published for day, published in days)
        print(f"{way}: {right} of {len(days)} right, {len(found) - len(days)} of {len(found)} not found")
        assert len(days) >= fewest
        assert right / len(days) >= 0.95


@pytest.mark.parametrize("name", ["seed", "dev", "train"])
def test_gold_records_are_kept_as_they_are(name: str) -> None:
    for line in (SHARED / "gold" / f"{name}.articles.jsonl").read_bytes().splitlines():
        record = json.loads(line)
        article = read_article(Page(reference=record["doc"], media_type=MediaType.RECORD, content=line))
        assert isinstance(article, Article), article
        assert article.text == f"{record['title']}\n{record['text']}"
        assert (article.doc, str(article.published)) == (record["doc"], record["published"])


def test_newswire_text_file_equals_its_record() -> None:
    content = (SHARED / "gold" / "afp-2023-08-27.txt").read_bytes()
    article = read_article(Page(reference="afp", media_type=MediaType.TEXT, content=content))
    record = json.loads((SHARED / "gold" / "seed.articles.jsonl").read_bytes())
    assert isinstance(article, Article)
    assert article.text == f"{record['title']}\n{record['text']}"
    assert str(article.published) == record["published"]
