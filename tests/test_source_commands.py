"""Following sources: what is found of a site or a path, and the commands that add, list, check and remove entries."""

import gzip
import json
import os
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import places
from schemas import Problem, Source
from sources import Fetcher, find_source
from sources.naming import choose_outlet, make_name
from tests.serving import HOST, ServedSite, serve
from tests.warcs import make_page, pack

FEED = b"""<rss version="2.0"><channel><title>Security | Harbour Post</title><language>en-gb</language>
<item><link>{root}/1</link><pubDate>Wed, 01 May 2024 08:00:00 GMT</pubDate></item>
<item><link>{root}/2</link><pubDate>Thu, 02 May 2024 08:00:00 GMT</pubDate></item>
<item><link>{root}/3</link><pubDate>Fri, 03 May 2024 08:00:00 GMT</pubDate></item>
<item><link>{root}/4</link><pubDate>Fri, 03 May 2024 09:00:00 GMT</pubDate></item>
</channel></rss>"""
COMMENTS = FEED.replace(b"Security |", b"Comments on")
EMPTY = b'<rss version="2.0"><channel><title>Nothing</title></channel></rss>'
MAP = b"<urlset><url><loc>{root}/1</loc></url><url><loc>{root}/2</loc></url></urlset>"
PACKED_MAP = gzip.compress(b"<urlset><url><loc>http://news.test/1</loc></url></urlset>", mtime=0)
NEWS_MAP = b"""<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>{root}/1</loc><n:news><n:publication_date>2024-05-01</n:publication_date></n:news></url>
<url><loc>{root}/2</loc><n:news><n:publication_date>2024-05-02</n:publication_date></n:news></url>
<url><loc>{root}/3</loc><n:news><n:publication_date>2024-05-02</n:publication_date></n:news></url></urlset>"""
ROBOTS = b"User-agent: *\nDisallow: /private\nSitemap: {root}/m.xml\nsitemap:{root}/news.xml"
INDEX = b"<sitemapindex><sitemap><loc>{root}/part.xml</loc></sitemap></sitemapindex>"


def _page(*links: str) -> bytes:
    head = "".join(links)
    return f"<!doctype html><html><head><title>Home</title>{head}</head><body>News</body></html>".encode()


def _link(path: str, title: str = "News", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{path}">'


def _show(source: Source, site: ServedSite) -> tuple[str, str, float | None]:
    return source.kind, source.location.removeprefix(site.root), source.articles_per_day


@pytest.mark.parametrize(
    ("path", "files", "expected"),
    [
        # The address itself.
        ("/feed.rss", {"/feed.rss": FEED}, [("feed", "/feed.rss", 1.5)]),
        ("/news.xml", {"/news.xml": NEWS_MAP}, [("sitemap", "/news.xml", 2.0)]),
        ("/map.gz", {"/map.gz": PACKED_MAP}, ["/map.gz"]),
        ("/index.xml", {"/index.xml": INDEX}, [("sitemap", "/index.xml", None)]),
        ("/list.txt", {"/list.txt": b"{root}/1\n{root}/2\n"}, [("urls", "/list.txt", None)]),
        ("/2024.warc.gz", {}, [("warc", "/2024.warc.gz", None)]),
        # What a page names: all its feeds, but none of comments, none that is none, none that is empty.
        ("/", {"/": _page(_link("/a.rss"), _link("/b.rss")), "/a.rss": FEED, "/b.rss": FEED}, ["/a.rss", "/b.rss"]),
        ("/", {"/": _page(_link("/comments/"), _link("/a.rss")), "/comments/": FEED, "/a.rss": FEED}, ["/a.rss"]),
        ("/", {"/": _page(_link("/c.rss", "Comments"), _link("/a.rss")), "/c.rss": FEED, "/a.rss": FEED}, ["/a.rss"]),
        ("/", {"/": _page(_link("/c.rss"), _link("/a.rss")), "/c.rss": COMMENTS, "/a.rss": FEED}, ["/a.rss"]),
        ("/", {"/": _page(_link("/c.rss"), _link("/a.rss")), "/c.rss": EMPTY, "/a.rss": FEED}, ["/a.rss"]),
        ("/", {"/": _page(_link("/gone.rss"), _link("/a.rss")), "/a.rss": FEED}, ["/a.rss"]),
        ("/part/", {"/part/": _page(_link("../a.rss")), "/a.rss": FEED}, ["/a.rss"]),
        # Common places come before sitemaps, those of robots.txt before others, those of news first.
        ("/", {"/": _page(), "/rss.xml": FEED, "/sitemap.xml": MAP}, ["/rss.xml"]),
        ("/", {"/": _page(), "/robots.txt": ROBOTS, "/m.xml": MAP}, ["/m.xml"]),
        ("/", {"/": _page(), "/robots.txt": ROBOTS, "/m.xml": MAP, "/news.xml": MAP}, ["/news.xml"]),
        ("/", {"/": _page(), "/sitemap.xml": INDEX}, ["/sitemap.xml"]),
        ("/", {"/": _page(), "/feed": EMPTY, "/news-sitemap.xml": MAP, "/sitemap.xml": MAP}, ["/news-sitemap.xml"]),
    ],
)
def test_the_feed_or_sitemap_of_a_site_is_found(path: str, files: dict[str, bytes], expected: list[Any]) -> None:
    with serve(files) as site, site.open_fetcher() as fetcher:
        found = find_source(site.root + path, fetcher)
    assert not isinstance(found, Problem), found
    told = [_show(source, site) for source in found]
    assert [one if isinstance(other, tuple) else one[1] for one, other in zip(told, expected, strict=True)] == expected


def test_an_entry_says_what_its_site_is_called() -> None:
    home = _page('<meta content="The Harbour Post" property="og:site_name">', _link("/feed.rss"))
    with serve({"/": home, "/feed.rss": FEED}) as site, site.open_fetcher() as fetcher:
        (by_page,) = find_source(f"{site.root}/", fetcher)
        (by_feed,) = find_source(f"{site.root}/feed.rss", fetcher)
    assert isinstance(by_page, Source)
    assert isinstance(by_feed, Source)
    assert (by_page.name, by_page.outlet, by_page.language) == ("news", "The Harbour Post", "en")
    assert by_feed.outlet is None


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"/": _page()}, "a web page titled “Home”, and neither a feed nor a sitemap was found"),
        ({"/": b"\x89PNG....", "/robots.txt": b"User-agent: *\nDisallow: /private"}, "an image (PNG)"),
        ({}, "404"),
    ],
)
def test_where_nothing_is_found_it_says_what_is_there(files: dict[str, bytes], words: str) -> None:
    with serve(files) as site, site.open_fetcher() as fetcher:
        found = find_source(f"{site.root}/", fetcher)
    assert isinstance(found, Problem)
    assert words in found.detail


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("https://me:secret@news.test/", "refused_address"),
        ("http://127.0.0.1:1/", "refused_address"),
        ("ftp://news.test/", "unsupported_file"),
        ("no/such/folder", "not_found"),
        ("", "unsupported_file"),
    ],
)
def test_what_can_be_no_source_is_told(
    location: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Fetcher() as fetcher:
        found = find_source(location, fetcher)
    assert isinstance(found, Problem)
    assert found.code == code
    assert "secret" not in found.detail + found.reference


RECORD = json.dumps({"text": "It was told.", "published": "2024-05-01"}).encode()
SAVED = json.dumps({"maintext": "It was told.", "date_publish": None}, indent=1).encode()


@pytest.mark.parametrize(
    ("files", "named", "kind"),
    [
        ({"a.txt": b"https://news.test/a\n"}, "a.txt", "urls"),
        ({"a.warc.gz": b"anything"}, "a.warc.gz", "warc"),
        ({"crawl": b"WARC/1.0\r\n"}, "crawl", "warc"),
        ({"a.jsonl": RECORD}, "a.jsonl", "records"),
        ({"a.jsonl.gz": gzip.compress(RECORD + b"\n" + RECORD, mtime=0)}, "a.jsonl.gz", "records"),
        ({"a.json": SAVED}, "a.json", "news_please"),
        ({"d/a.html": b"<p>x", "d/b.txt": b"x"}, "d", "folder"),
        ({"d/e/a.warc.gz": b"x", "d/readme.txt": b"x", "d/e/b.warc.gz": b"x"}, "d", "warc"),
        ({"d/a.json": SAVED, "d/b.json": SAVED}, "d", "news_please"),
        ({"d/a.jsonl": RECORD}, "d", "records"),
        # What is no source by itself.
        ({"a.txt": b"The ferry line said so."}, "a.txt", None),
        ({"a.html": b"<p>x"}, "a.html", None),
        ({"a.json": b'{"setting": 1}'}, "a.json", None),
        ({"d/a.png": b"x"}, "d", None),
    ],
)
def test_a_path_is_known_by_what_it_holds(
    files: dict[str, bytes], named: str, kind: str | None, tmp_path: Path
) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    with Fetcher() as fetcher:
        found = find_source(str(tmp_path / named), fetcher)
    if kind is None:
        assert isinstance(found, Problem)
        assert found.code == "unsupported_file"
    else:
        assert not isinstance(found, Problem)
        assert [(one.kind, one.location) for one in found] == [(kind, str(tmp_path / named))]


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("https://www.krebsonsecurity.com/feed/", "krebsonsecurity"),
        ("https://feeds.bbci.co.uk/news/rss.xml", "bbci"),
        ("https://therecord.media/feed", "therecord"),
        ("https://blog.example.org/", "blog-example"),
        ("https://news.test:8080/", "news"),
        ("http://127.0.0.1:8080/", "127-0-0-1-8080"),
        ("https://www.gov.uk/", "gov"),
        ("https://münchen.test/", "m-nchen"),
    ],
)
def test_sources_are_named_by_their_hosts(location: str, name: str) -> None:
    assert make_name(location) == name


@pytest.mark.parametrize(
    ("title", "outlet"),
    [
        ("Latest news - Harbour Post", "Harbour Post"),
        ("Harbour Post | Security", "Harbour Post"),
        ("Harbour-Post", "Harbour-Post"),
        ("Harbourpost of the west coast", "Harbourpost of the west coast"),
        # A wrong outlet would hold for all articles.
        ("Data and computer security | The Paper", ""),
        ("", ""),
    ],
)
def test_the_outlet_is_the_part_of_the_title_that_is_like_the_host(title: str, outlet: str) -> None:
    assert choose_outlet(title, "https://www.harbourpost.test/feed") == outlet


# The commands


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServedSite]:
    files = {
        "/": _page(_link("/feed.rss"), _link("/more.rss")),
        "/feed.rss": FEED,
        "/more.rss": FEED,
        "/shipped.rss": FEED,
        "/old": _page(),
    }
    with serve(files) as started:
        monkeypatch.setattr("flows.fetching.open_fetcher", started.open_fetcher)
        monkeypatch.setattr("flows.places.SHIPPED_SOURCES", places.OWN_SOURCES.parent / "shipped.toml")
        places.SHIPPED_SOURCES.write_text(
            f'[[sources]]\nname = "shipped"\nkind = "feed"\nlocation = "{started.root}/shipped.rss"\n', "utf-8"
        )
        yield started


def _read_own(name: str) -> dict[str, Any]:
    (entry,) = tomllib.loads((places.OWN_SOURCES / f"{name}.toml").read_text("utf-8"))["sources"]
    return dict(entry)


def test_a_site_is_added_listed_checked_and_removed(breachwire: Callable[..., Any], site: ServedSite) -> None:
    added = breachwire("sources", "add", f"{site.root}/")
    assert added.code == 0, added.err
    assert f"news: feed {site.root}/feed.rss" in added.out
    assert "about 1.5 articles a day" in added.out
    assert f"Also found: feed {site.root}/more.rss" in added.err
    assert _read_own("news") == {
        "name": "news",
        "kind": "feed",
        "location": f"{site.root}/feed.rss",
        "language": "en",
        "articles_per_day": 1.5,
    }
    listed = breachwire("sources", "list")
    assert [line.split()[0] for line in listed.out.splitlines() if site.root in line] == ["shipped", "news"]
    checked = breachwire("sources", "check", "news")
    assert checked.code == 0, checked.err
    assert "2024-05-03" in checked.out
    assert breachwire("sources", "remove", "news").code == 0
    assert "news" not in [
        line.split()[0] for line in breachwire("sources", "list").out.splitlines() if site.root in line
    ]


def test_what_the_user_states_wins(breachwire: Callable[..., Any], site: ServedSite) -> None:
    options = ["--name", "post", "--outlet", "The Post", "--country", "GB", "--language", "en", "--per-day", "4"]
    options += ["--include", "/news/", "--include", "/tech/", "--exclude", r"\.pdf$", "--since", "2024-05-01"]
    assert breachwire("sources", "add", f"{site.root}/feed.rss", *options).code == 0
    entry = _read_own("post")
    assert (entry["outlet"], entry["country"], entry["articles_per_day"]) == ("The Post", "GB", 4)
    assert (entry["include"], entry["exclude"], str(entry["since"])) == (
        ["/news/", "/tech/"],
        [r"\.pdf$"],
        "2024-05-01",
    )


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--country", "Britain"], 2, "`country`"),
        (["--include", "("], 2, "no regular expression"),
        (["--name", "Not A Name"], 2, "`name`"),
        (["--name", "shipped"], 1, "already"),
        (["--since", "May"], 2, "YYYY-MM-DD"),
    ],
)
def test_an_entry_that_can_not_be_is_not_written(
    breachwire: Callable[..., Any], site: ServedSite, options: list[str], code: int, words: str
) -> None:
    answer = breachwire("sources", "add", f"{site.root}/feed.rss", *options)
    assert (answer.code, words in answer.err) == (code, True), answer.err
    assert not places.OWN_SOURCES.exists()


def test_a_source_is_added_once_and_names_are_kept_apart(breachwire: Callable[..., Any], site: ServedSite) -> None:
    assert breachwire("sources", "add", f"{site.root}/feed.rss").code == 0
    again = breachwire("sources", "add", f"{site.root}/feed.rss")
    assert (again.code, "followed already, as news" in again.err) == (1, True)
    assert breachwire("sources", "add", f"{site.root}/more.rss").code == 0
    assert _read_own("news-2")["location"] == f"{site.root}/more.rss"


def test_an_address_without_a_feed_is_told(breachwire: Callable[..., Any], site: ServedSite) -> None:
    answer = breachwire("sources", "add", f"{site.root}/old")
    assert answer.code == 1
    assert "neither a feed nor a sitemap" in answer.err
    assert breachwire("sources", "add", f"http://me:secret@{HOST}/").err.count("secret") == 0


def test_a_folder_is_added_with_its_full_path(
    breachwire: Callable[..., Any], site: ServedSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    archive = tmp_path / "crawls" / "a.warc.gz"
    archive.parent.mkdir()
    archive.write_bytes(pack([make_page(1), make_page(2)]))
    os.utime(archive, (1_700_000_000, 1_700_000_000))
    assert breachwire("sources", "add", "crawls").code == 0
    assert (_read_own("crawls")["kind"], _read_own("crawls")["location"]) == ("warc", str(archive.parent))
    checked = breachwire("sources", "check", "crawls")
    assert checked.code == 0
    assert " 2 " in checked.out


def test_checking_says_what_is_wrong_and_fails(breachwire: Callable[..., Any], site: ServedSite) -> None:
    assert breachwire("sources", "add", f"{site.root}/feed.rss").code == 0
    site.files["/feed.rss"] = _page(_link("/new.rss"))
    checked = breachwire("sources", "check")
    assert checked.code == 1
    assert "a web page titled “Home”, not a feed" in checked.out
    assert f"{site.root}/new.rss" in checked.out
    assert "news" in checked.err
    assert breachwire("sources", "check", "nobody").code == 2


def test_a_shipped_source_is_switched_off(breachwire: Callable[..., Any], site: ServedSite) -> None:
    answer = breachwire("sources", "remove", "shipped")
    assert answer.code == 0
    assert _read_own("shipped") == {"name": "shipped", "enabled": False}
    line = next(line for line in breachwire("sources", "list").out.splitlines() if "/shipped.rss" in line)
    assert " no " in line
    assert breachwire("sources", "check").code == 1  # none is followed
    assert "switched off" in breachwire("sources", "add", f"{site.root}/shipped.rss").err


def test_what_can_not_be_removed_is_told(breachwire: Callable[..., Any], site: ServedSite) -> None:
    assert breachwire("sources", "remove", "nobody").code == 2
    places.OWN_SOURCES.mkdir()
    entries = '[[sources]]\nname = "{0}"\nkind = "feed"\nlocation = "https://{0}.test/"\n'
    both = places.OWN_SOURCES / "both.toml"
    both.write_text(entries.format("a") + entries.format("b"), "utf-8")
    answer = breachwire("sources", "remove", "a")
    assert (answer.code, "holds other entries too" in answer.err) == (1, True)
    assert both.exists()


def test_a_faulty_entry_is_told_beside_the_others(breachwire: Callable[..., Any], site: ServedSite) -> None:
    places.OWN_SOURCES.mkdir()
    (places.OWN_SOURCES / "bad.toml").write_text('[[sources]]\nname = "bad"\n', "utf-8")
    listed = breachwire("sources", "list")
    assert listed.code == 0
    assert "shipped" in listed.out
    assert "bad.toml" in listed.err


@pytest.mark.parametrize("command", ["add", "list", "check", "remove"])
def test_each_command_shows_examples(breachwire: Callable[..., Any], command: str) -> None:
    assert f"breachwire sources {command}" in breachwire("sources", command, "--help").out
