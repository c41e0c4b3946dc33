"""What `read_article` makes of web pages, text files and records. All news here is invented."""

import json
from datetime import date

import pytest

from extractors.articles import read_article
from extractors.languages import is_english
from extractors.publication_dates import read_published
from schemas import Article, MediaType, Page, Problem

BODY = (
    "The town library of Harrowmere said on Monday that the names of its readers had been copied from an old server.",
    "No passwords were on it, and the library has told the people who are affected what they can do about this.",
)
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in BODY)
DATED = '<meta property="article:published_time" content="2024-03-05T23:30:00-05:00">'


def _html(head: str = DATED, body: str = "", title: str = "Library loses names - Harrowmere Post") -> bytes:
    shown = "<h1>Library loses names</h1>" + PARAGRAPHS
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title}</title>{head}</head>'
        f"<body><article>{body or shown}</article></body></html>"
    ).encode()


def _read(content: bytes | str, media_type: MediaType = MediaType.HTML, **given: object) -> Article | Problem:
    data = content.encode() if isinstance(content, str) else content
    return read_article(Page(reference="here", media_type=media_type, content=data, **given))


def _article(content: bytes | str, media_type: MediaType = MediaType.HTML, **given: object) -> Article:
    read = _read(content, media_type, **given)
    assert isinstance(read, Article), read
    return read


def _code(content: bytes | str, media_type: MediaType = MediaType.HTML, **given: object) -> str:
    read = _read(content, media_type, **given)
    assert isinstance(read, Problem), read
    assert read.reference == "here"
    return str(read.code)


def test_web_page() -> None:
    linked = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebPage", "datePublished": "2024-03-09"},
            {
                "@type": ["NewsArticle"],
                "headline": "Library loses names",
                "datePublished": "2024-03-05T08:00:00Z",
                "author": [{"@type": "Person", "name": "Ann Field"}, {"name": "Bo Lake"}],
            },
        ],
    }
    head = (
        f'<script type="application/ld+json">{json.dumps(linked)}</script>'
        '<meta property="og:site_name" content="Harrowmere Post">'
        '<link rel="canonical" href="HTTPS://News.Example/library?utm_source=x&id=7#top">'
    )
    article = _article(_html(head), url="https://news.example/amp/library")
    assert article.title == "Library loses names"
    assert article.body == "\n".join(BODY)
    assert article.published == date(2024, 3, 5)
    assert article.author == "Ann Field; Bo Lake"
    assert article.outlet == "Harrowmere Post"
    assert article.url == "https://news.example/library?id=7"
    assert article.text.startswith("Library loses names\nThe town library")


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        # The day as written, not as it was in Greenwich.
        (DATED, "", date(2024, 3, 5)),
        ('<meta itemprop="datePublished" content="5 March 2024">', "", date(2024, 3, 5)),
        ('<meta name="pubdate" content="Tue, 05 Mar 2024 10:00:00 GMT">', "", date(2024, 3, 5)),
        # Sure statements win over loose ones, wherever they stand.
        ('<meta name="date" content="2020-01-01">' + DATED, "", date(2024, 3, 5)),
        ("", '<header><h1>Library</h1><time datetime="2024-03-05T10:00">today</time></header>', date(2024, 3, 5)),
        # Two days beside the headline: one is an update, and the page does not say which.
        ("", '<h1>Library</h1><time datetime="2024-03-05">a</time><time datetime="2024-03-06">b</time>', None),
        # Dates of comments, of related articles and of the text are not this article's.
        ("", '<h1>Library</h1><div class="comments"><time datetime="2024-03-05">a</time></div>', None),
        ("", '<h1>Library</h1><p>It began on <time datetime="2024-03-05">Tuesday</time>.</p>', None),
        ("", "<h1>Library</h1><p>On 5 March 2024 (2024-03-05) it was known.</p>", None),
        ("", "<h1>Library</h1><footer>© 2024 Harrowmere Post, 2024-03-05</footer>", None),
        ('<meta property="article:modified_time" content="2024-03-05">', "", None),
        # Two days at once.
        ('<meta name="date" content="03/04/2024">', "", None),
    ],
)
def test_publication_date_is_stated_or_none(head: str, body: str, expected: date | None) -> None:
    page = _html(head, body + PARAGRAPHS if body else "")
    if expected is None:
        assert _code(page) == "no_date"
    assert _article(page, published=date(2021, 1, 2)).published == (expected or date(2021, 1, 2))


def test_the_users_outlet_wins() -> None:
    head = DATED + '<meta property="og:site_name" content="Harrowmere Post">'
    article = _article(_html(head), outlet="The Other", url="https://news.example/a")
    assert (article.outlet, article.url) == ("The Other", "https://news.example/a")


@pytest.mark.parametrize(
    ("media_type", "stating", "silent"),
    [
        (MediaType.TEXT, "date 2024-03-05\n" + " ".join(BODY), " ".join(BODY)),
        (MediaType.TEXT, "Date: 5 March 2024\n\n" + " ".join(BODY), "Date: 03/04/2024\n\n" + " ".join(BODY)),
        (
            MediaType.RECORD,
            json.dumps({"text": " ".join(BODY), "published": "2024-03-05"}),
            json.dumps({"text": " ".join(BODY), "published": "03/04/2024"}),
        ),
    ],
)
def test_the_users_date_is_for_articles_that_state_none(media_type: MediaType, stating: str, silent: str) -> None:
    given = date(2021, 1, 2)
    assert _article(stating, media_type, published=given).published == date(2024, 3, 5)
    assert _article(silent, media_type, published=given).published == given


def test_home_page_is_no_canonical_address() -> None:
    head = DATED + '<link rel="canonical" href="https://news.example/">'
    assert _article(_html(head), url="https://news.example/library").url == "https://news.example/library"


def test_outlet_in_the_title_only() -> None:
    head = DATED + '<meta property="og:site_name" content="Harrowmere Post">'
    assert _article(_html(head, body=PARAGRAPHS)).title == "Library loses names"


def test_what_is_no_article_text_is_left_out() -> None:
    body = (
        f"<h1>Library loses names</h1>{PARAGRAPHS}"
        '<p><strong><a href="/other">HOSPITAL OF DUNLEIGH HACKED</a></strong></p><p>Read more:</p>'
        f"<p>{BODY[0]}</p><p>{BODY[1][:60]} again.</p>"
        "<h3>More from Harrowmere Post</h3><p>The museum was hacked too.</p>"
    )
    assert _article(_html(body=body)).body == "\n".join([*BODY, f"{BODY[1][:60]} again."])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_page"),
        (b" \n ", "empty_page"),
        (b"%PDF-1.7 <html>", "not_html"),
        (b"\x89PNG\r\n\x1a\n", "not_html"),
        (b"PK\x03\x04", "not_html"),
        (b'{"title": "x"}', "not_html"),
        (b'<?xml version="1.0"?><rss><channel></channel></rss>', "not_html"),
        (b"Words without any mark-up", "not_html"),
        (b"<html>" + b"\0" * 500, "unreadable"),
        (b"<html><body><p>Subscribe to read.</p></body></html>", "no_text"),
        (_html(body="<p>" + "x" * 3_000 + "</p>"), "unreadable"),
        (
            _html(body="".join(f"<p>Number {n} of the names that were lost is this.</p>" for n in range(12_000))),
            "too_large",
        ),
    ],
)
def test_refusals(content: bytes, code: str) -> None:
    assert _code(content) == code


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (" ".join(BODY), True),
        (
            "Het bedrijf zei dat de gegevens van klanten zijn gestolen en had de politie gewaarschuwd.",
            False,
        ),
        ("Die maatskappy het gesê dat die data van kliënte gesteel is in 'n aanval en was nie die eerste nie.", False),
        ("Virksomheden oplyser, at data for mange kunder er stjålet, og at politiet er ved at se på det.", False),
        ("Das Unternehmen will die Kunden so bald wie möglich informieren, also an alle schreiben.", False),
        ("La société a dit que les données des clients ont été volées, et la police est au courant.", False),
        ("Syarikat itu berkata data pelanggan telah dicuri dan polis telah dimaklumkan semalam.", False),
        ("Kampuni ilisema taarifa za wateja ziliibwa na polisi wamejulishwa kuhusu tukio hilo.", False),
        ("", False),
    ],
)
def test_english_by_its_words(text: str, english: bool) -> None:
    assert is_english(text) is english
    # Templates lie about the language; only words that leave it open let them decide.
    assert is_english(text, "en-US" if not english else "sw") is english


def test_foreign_page_that_calls_itself_english() -> None:
    foreign = (
        "<p>" + "Kampuni ilisema taarifa za wateja ziliibwa na polisi wamejulishwa kuhusu tukio hilo. " * 4 + "</p>"
    )
    assert _code(_html(body=foreign)) == "not_english"


@pytest.mark.parametrize(
    ("encoding", "charset", "declared"),
    [
        ("utf-8", None, ""),
        ("utf-8", "iso-8859-1", ""),  # the server is wrong
        ("cp1252", "iso-8859-1", ""),
        ("cp1252", None, '<meta charset="windows-1252">'),
        ("cp1252", "utf-8", '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'),
        ("cp1252", "windows-1252", '<meta charset="koi8-r">'),  # the server's word comes first
        ("cp1252", None, ""),  # nobody says
        ("utf-8", "iso-8859-1", '<meta charset="windows-1252">'),  # all are wrong
        ("utf-16", None, ""),
        ("utf-8-sig", "no-such-encoding", ""),
    ],
)
def test_encodings(encoding: str, charset: str | None, declared: str) -> None:
    quoted = "<p>“We are sorry,” said the library’s head, Zoë Núñez, who has been there for twenty years.</p>"
    page = _html(DATED + declared, PARAGRAPHS + quoted).decode().encode(encoding)
    assert "“We are sorry,” said the library’s head, Zoë Núñez" in _article(page, charset=charset).body


def test_page_cut_within_a_character() -> None:
    page = _html(body=PARAGRAPHS + "<p>It was told to the café").removesuffix(b"</article></body></html>")
    assert _article(page[:-1]).body.endswith("It was told to the caf")


TEXT = "\n\n".join(BODY)
LONG_LINE = "It was the library and " * 9 + "so on"


@pytest.mark.parametrize(
    ("content", "title", "body"),
    [
        # The date at the very start, with the text on its line: there is no headline.
        (f" date 2024-03-05 {TEXT}\n", "", TEXT),
        (f"date 2024-03-05\n{TEXT}", "", TEXT),
        (f"date 2024-03-05\r\n\r\nLibrary loses names\r\n\r\n{TEXT}", "Library loses names", TEXT),
        # A header block.
        (f"Title: Library loses names\nDate: 5 March 2024\n\n{TEXT}", "Library loses names", TEXT),
        (f"Section: Local\nPublished: 2024-03-05T10:00Z\n\nLibrary loses names\n\n{TEXT}", "Library loses names", TEXT),
        # A first line that ends as a sentence, or a long one, is no headline.
        (f"Date: 2024-03-05\n\nIt was the library.\n\n{TEXT}", "", f"It was the library.\n\n{TEXT}"),
        (
            f"Date: 2024-03-05\n\n{'It was the library and ' * 9}\n\n{TEXT}",
            "",
            f"{'It was the library and ' * 9}\n\n{TEXT}",
        ),
        # Several blank lines are one.
        (f"date 2024-03-05 {BODY[0]}\n\n\n \n{BODY[1]}", "", TEXT),
    ],
)
def test_text_file(content: str, title: str, body: str) -> None:
    article = _article(content, MediaType.TEXT)
    assert (article.title, article.body, article.published) == (title, body, date(2024, 3, 5))


def test_header_block_in_full() -> None:
    url = "https://News.example/a?utm_id=1"
    header = f"Headline: Lost\nDate: 2024-03-05\nURL: {url}\nOutlet: The Post\nAuthor: Ann Field"
    article = _article(f"{header}\n\n{TEXT}", MediaType.TEXT)
    assert (article.url, article.outlet, article.author) == ("https://news.example/a", "The Post", "Ann Field")


def test_text_that_only_looks_like_a_header() -> None:
    text = f"Note: the library said this.\n\n{TEXT}"
    assert _article(text, MediaType.TEXT, published=date(2024, 3, 5)).body == text


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (TEXT, "no_date"),
        (f"date 2024-02-31 {TEXT}", "no_date"),
        (f"Date: 03/04/2024\n\n{TEXT}", "no_date"),
        ("date 2024-03-05 Short.", "no_text"),
        ("date 2024-03-05 " + "the library " * 50_000, "too_large"),
    ],
)
def test_text_file_refusals(content: str, code: str) -> None:
    assert _code(content, MediaType.TEXT) == code


def _record(**changes: object) -> str:
    return json.dumps({"doc": "7", "title": "Lost", "text": TEXT, "published": "2024-03-05"} | changes)


def test_record_is_kept_character_for_character() -> None:
    text = f"  {BODY[0]}  “Two  spaces” \r\n{BODY[1]}\t\n "
    article = _article(_record(title=" Lost ’names’ ", text=text, outlet="The Post"), MediaType.RECORD)
    assert article.text == " Lost ’names’ \n" + text
    assert (article.doc, article.outlet, article.url) == ("7", "The Post", None)


def test_record_with_number_and_time() -> None:
    record = json.dumps({"id": 12, "text": TEXT, "published": "2024-03-05T23:59:00+02:00", "url": "", "note": [1]})
    article = _article(record, MediaType.RECORD)
    assert (article.doc, article.title, article.published) == ("12", "", date(2024, 3, 5))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{", "bad_record"),
        ("[" * 200_000, "bad_record"),
        ("[1]", "bad_record"),
        ("9" * 10_000, "bad_record"),
        (b'{"text": "\xff"}', "bad_record"),
        (_record(text=["x"]), "bad_record"),
        (_record(published=20240305), "bad_record"),
        (_record(doc={"a": 1}), "bad_record"),
        (_record(doc=True), "bad_record"),
        (_record(url="not an address"), "bad_record"),
        (_record(text=TEXT + "\ud800"), "bad_record"),
        (_record(text=TEXT + "\0"), "bad_record"),
        (_record(published=None), "no_date"),
        (_record(published="yesterday"), "no_date"),
        (_record(text=""), "no_text"),
        (_record(text=None), "no_text"),
        (_record(text="Kampuni ilisema taarifa za wateja ziliibwa na polisi wamejulishwa."), "not_english"),
    ],
)
def test_record_refusals(content: bytes | str, code: str) -> None:
    assert _code(content, MediaType.RECORD) == code


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-03-05", date(2024, 3, 5)),
        ("2024-03-05T23:00:00-05:00", date(2024, 3, 5)),
        ("20240305", date(2024, 3, 5)),
        ("2024/03/05 10:00", date(2024, 3, 5)),
        ("Tuesday, 5th March 2024, 10 am", date(2024, 3, 5)),
        ("Published: Mar. 5, 2024", date(2024, 3, 5)),
        ("05-Mar-2024", date(2024, 3, 5)),
        ("2024-02-30", None),
        ("0001-01-01", None),
        ("2024-03", None),
        ("05.03.2024", None),
        ("1709600000", None),
        ("", None),
    ],
)
def test_dates_as_written(written: str, expected: date | None) -> None:
    assert read_published(written) == expected
