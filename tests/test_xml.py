"""XML of feeds and sitemaps: bombs and references to elsewhere are refused, a little broken feeds are read."""

import io
from pathlib import Path

import feedparser
import pytest

from sources.xml import BadXml, UnsafeXml, check_xml, clean_xml, parse_xml
from tests.connections import watch_connections

ITEM = "<rss version='2.0'><channel><item><title>&x;</title></item></channel></rss>"
LAUGHS = "".join(f"<!ENTITY l{step} '{f'&l{step - 1};' * 10}'>" for step in range(1, 10))
LAUGHTER = f"<!DOCTYPE rss [<!ENTITY l0 'ha'>{LAUGHS}]>" + ITEM.replace("&x;", "&l9;")
SECRET = "kept-in-a-file"  # what an external entity would bring in

# FILE is the path of a file that holds SECRET.
HOSTILE_FEEDS = [
    # Entities that grow.
    ("billion laughs", LAUGHTER, "DOCTYPE"),
    ("billion laughs after a declaration", f'<?xml version="1.0"?>\n{LAUGHTER}', "DOCTYPE"),
    ("billion laughs after a comment", f"<!-- a > b --><?style a?>\n{LAUGHTER}", "DOCTYPE"),
    ("billion laughs after a plain DOCTYPE", f"<!DOCTYPE rss>{LAUGHTER}", "DOCTYPE"),
    (
        "quadratic blow-up",
        f"<!DOCTYPE rss [<!ENTITY x '{'a' * 50_000}'>]>" + ITEM.replace("&x;", "&x;" * 500),
        "DOCTYPE",
    ),
    ("entity in small letters", f"<!doctype rss [<!ENTITY x 'ha'>]>{ITEM}", "DOCTYPE"),
    ("entity that names itself", f"<!DOCTYPE rss [<!ENTITY x '&x;'>]>{ITEM}", "DOCTYPE"),
    ("attribute defaults", f"<!DOCTYPE rss [<!ATTLIST rss a CDATA 'b'>]>{ITEM}", "DOCTYPE"),
    ("empty subset", f"<!DOCTYPE rss []>{ITEM}", "DOCTYPE"),
    ("a > in the subset", f"<!DOCTYPE rss [<!-- > --><!ENTITY x 'ha'>]>{ITEM}", "DOCTYPE"),
    # Files and addresses.
    ("external entity, a file", f"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file://FILE'>]>{ITEM}", "DOCTYPE"),
    ("external entity, /etc/passwd", f"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>{ITEM}", "DOCTYPE"),
    ("external entity, http", f"<!DOCTYPE rss [<!ENTITY x SYSTEM 'http://127.0.0.1:9/x'>]>{ITEM}", "DOCTYPE"),
    ("external entity, public", f"<!DOCTYPE rss [<!ENTITY x PUBLIC 'p' 'http://127.0.0.1:9/x'>]>{ITEM}", "DOCTYPE"),
    ("parameter entity", f"<!DOCTYPE rss [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/p.dtd'> %p;]>{ITEM}", "DOCTYPE"),
    ("external DTD", f"<!DOCTYPE rss SYSTEM 'http://127.0.0.1:9/x.dtd'>{ITEM}", "DOCTYPE"),
    ("external DTD, a file", f"<!DOCTYPE rss SYSTEM 'FILE'>{ITEM}", "DOCTYPE"),
    ("public DTD with a subset", f"<!DOCTYPE rss PUBLIC 'p' 'x.dtd' [<!ENTITY x 'ha'>]>{ITEM}", "DOCTYPE"),
    ("unparsed entity", f"<!DOCTYPE rss [<!NOTATION n SYSTEM 'n'><!ENTITY x SYSTEM 'FILE' NDATA n>]>{ITEM}", "DOCTYPE"),
    (
        "XInclude",
        "<rss xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='FILE' parse='text'/></rss>",
        "XInclude",
    ),
    (
        "XInclude, hidden",
        "<rss><a xmlns='http://www.w3.org/2001&#47;XInclude'><include href='FILE' parse='text'/></a></rss>",
        "XInclude",
    ),
    # Declarations where none may be.
    ("DOCTYPE in the middle", f"<rss><!DOCTYPE rss [<!ENTITY x 'ha'>]>{ITEM}</rss>", "middle"),
    ("entity in the middle", f"<rss><!ENTITY x 'ha'>{ITEM}</rss>", "middle"),
    ("DOCTYPE after the root", f"<rss/>{LAUGHTER}", "middle"),
    ("conditional section", f"<rss><![INCLUDE[<!ENTITY x 'ha'>]]>{ITEM}</rss>", "middle"),
    ("comment without end", f"<rss><!-- {ITEM}", "middle"),
    # Sizes.
    ("deep nesting", "<rss>" + "<a>" * 100_000 + "</a>" * 100_000 + "</rss>", "deep"),
    ("deep nesting, never closed", "<rss>" + "<a b='c'" * 100_000, "deep"),
    ("too many elements", "<rss>" + "<a/>" * 1_000_001 + "</rss>", "elements"),
    # Encodings that are not read, whatever they hold.
    ("UTF-7 by declaration", f"<?xml version='1.0' encoding='UTF-7'?>{ITEM}", "utf-7"),
    ("EBCDIC by declaration", f"<?xml version='1.0' encoding='cp037'?>{ITEM}", "cp037"),
    ("ISO-2022-JP by declaration", f"<?xml version='1.0' encoding='iso-2022-jp'?>{ITEM}", "iso2022_jp"),
    ("an encoding that is none", f"<?xml version='1.0' encoding='zip'?>{ITEM}", "zlib"),
    ("an unknown encoding", f"<?xml version='1.0' encoding='x-news'?>{ITEM}", "x-news"),
]

# The bomb in other clothes: the encoding, and what the refusal speaks of.
HIDING_ENCODINGS = [
    ("utf-8", "DOCTYPE"),
    ("utf-8-sig", "DOCTYPE"),
    ("utf-16", "DOCTYPE"),
    ("utf-16-le", "DOCTYPE"),
    ("utf-16-be", "DOCTYPE"),
    ("utf-32", "UTF-32"),
    ("utf-32-le", "UTF-32"),
    ("utf-32-be", "UTF-32"),
    ("cp037", "EBCDIC"),
]

NO_FEEDS = [
    (b"", "empty"),
    (b" \n ", "empty"),
    (b"<!-- nothing -->", "empty"),
    (b"<!DOCTYPE html><html><body><p>Not found</p></body></html>", "web page"),
    (b"<!DOCTYPE html SYSTEM 'about:legacy-compat'><html></html>", "DOCTYPE"),
    (
        b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">'
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        "web page",
    ),
    (b'{"version": "https://jsonfeed.org/version/1"}', "begins with '{"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "zero bytes"),
    (b"Not found", "begins with 'Not found'"),
    (b"<", "begins with '<'"),
    (b"<rss\0>", "zero bytes"),
]

RSS = "<rss version='2.0'><channel><title>News</title><item><title>{}</title><link>https://news.example/1</link></item></channel></rss>"

# A feed, and the title of its article.
GOOD_FEEDS = [
    (RSS.format("Breach").encode(), "Breach"),
    (b'<?xml version="1.0" encoding="UTF-8"?>\n' + RSS.format("Données").encode(), "Données"),
    (b'\n <?xml version="1.0"?>' + RSS.format("Breach").encode(), "Breach"),  # a blank line in front, as in the wild
    (b"\xef\xbb\xbf" + RSS.format("Données").encode(), "Données"),
    (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + RSS.format("Données").encode("latin-1"), "Données"),
    (b'<?xml version="1.0" encoding="windows-1252"?>' + RSS.format("“Breach”").encode("cp1252"), "“Breach”"),
    (('<?xml version="1.0" encoding="utf-16"?>' + RSS.format("Données")).encode("utf-16"), "Données"),
    (('<?xml version="1.0" encoding="utf-16"?>' + RSS.format("Données")).encode("utf-16-be"), "Données"),
    (RSS.format("Données").encode("utf-16-le"), "Données"),
    (('<?xml version="1.0" encoding="utf-16"?>' + RSS.format("Données")).encode(), "Données"),  # it says, and is not
    (("<!DOCTYPE rss>" + RSS.format("Breach")).encode(), "Breach"),
    (
        b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"'
        b' "http://my.netscape.com/publish/formats/rss-0.91.dtd">' + RSS.format("Breach").encode(),
        "Breach",
    ),
    (
        b'<?xml-stylesheet href="http://127.0.0.1:9/a.xsl"?><!-- <!ENTITY x "y"> -->' + RSS.format("Breach").encode(),
        "Breach",
    ),
    (RSS.format("A &lt;b&gt; &amp; &#8217;c&#x2019;").encode(), "A <b> & ’c’"),
    (
        RSS.format("<![CDATA[<!DOCTYPE html> <!ENTITY is a declaration]]>").encode(),
        "<!DOCTYPE html> <!ENTITY is a declaration",
    ),
    (RSS.format("<!-- <!ENTITY --><?php a > b ?>Breach").encode(), "Breach"),
    (RSS.format("Breach").replace("<item>", "<item a='x > y' b=\"it's\">").encode(), "Breach"),
    (RSS.format("Breach").replace("<item>", "<a>" * 150 + "</a>" * 150 + "<item>").encode(), "Breach"),
]

# Broken as feeds in the wild are.
BROKEN_FEEDS = [
    (RSS.format("Breach\x0b").encode(), "Breach"),
    (RSS.format("A & B").encode(), "A"),
    (RSS.format("Breach").removesuffix("</channel></rss>").encode(), "Breach"),
    (RSS.format("Breach").replace("<item>", "<p>a<br>b</p>" * 20 + "<item>").encode(), "Breach"),
    (RSS.format("Breach").replace("<item>", "<item><a href=b>").encode(), "Breach"),
    (b"<?xml version='1.0' encoding='utf-8'?>" + RSS.format("Donn\xe9es").encode("latin-1"), "Donn\ufffdes"),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    return secret


@pytest.mark.parametrize(("feed", "word"), [row[1:] for row in HOSTILE_FEEDS], ids=[row[0] for row in HOSTILE_FEEDS])
def test_hostile_feed_is_refused(feed: str, word: str, file: Path) -> None:
    content = feed.replace("FILE", str(file)).encode()
    for read in (check_xml, parse_xml, clean_xml):
        with watch_connections() as connections, pytest.raises(UnsafeXml, match=word):
            read(content)
        assert connections == []


@pytest.mark.parametrize(("encoding", "word"), HIDING_ENCODINGS)
@pytest.mark.parametrize("declaration", ["", "<?xml version='1.0'?>", "<?xml version='1.0' encoding='utf-8'?>"])
def test_bomb_in_another_encoding_is_refused(declaration: str, encoding: str, word: str) -> None:
    content = (declaration + LAUGHTER).encode(encoding)
    if encoding == "cp037" and not declaration:
        with pytest.raises(BadXml, match="It is no XML"):  # it is none in any encoding that is read
            check_xml(content)
    else:
        with pytest.raises(UnsafeXml, match=word):
            check_xml(content)


@pytest.mark.parametrize("declaration", ["", "<?xml version='1.0'?>"])
def test_bomb_in_utf_7_is_no_xml(declaration: str) -> None:
    hidden = LAUGHTER.replace("<", "+ADw-").replace(">", "+AD4-")
    with pytest.raises(BadXml, match="It is no XML"):
        check_xml((declaration + hidden).encode(), charset="utf-7")


def test_server_can_not_name_an_encoding_that_hides_a_bomb() -> None:
    content = RSS.format("Donn\xe9es").encode("latin-1")
    with pytest.raises(UnsafeXml, match="utf-7"):
        check_xml(content, charset="utf-7")
    assert feedparser.parse(io.BytesIO(clean_xml(content, charset="ISO-8859-1"))).entries[0].title == "Données"


@pytest.mark.parametrize(("content", "found"), NO_FEEDS)
def test_what_is_no_feed_is_named(content: bytes, found: str) -> None:
    with pytest.raises(BadXml, match=found):
        parse_xml(content)


@pytest.mark.parametrize(("content", "title"), GOOD_FEEDS)
def test_good_feed_is_read(content: bytes, title: str) -> None:
    check_xml(content)
    assert parse_xml(content).findtext(".//item/title") == title
    with watch_connections() as connections:
        read = feedparser.parse(io.BytesIO(clean_xml(content)), sanitize_html=False)
    assert connections == []
    assert not read.bozo
    assert [entry.title for entry in read.entries] == [title]


@pytest.mark.parametrize(("content", "title"), BROKEN_FEEDS)
def test_feed_that_is_a_little_broken_is_read(content: bytes, title: str) -> None:
    assert parse_xml(content).findtext(".//item/title").startswith(title)
    assert feedparser.parse(io.BytesIO(clean_xml(content))).entries[0].title.startswith(title)


def test_feed_that_is_broken_all_over_is_not_read_in_part() -> None:
    with pytest.raises(BadXml, match=r"only .* of its 606 elements"):
        parse_xml(RSS.format("Breach").replace("<title>N", "<p><br></p>" * 300 + "<title>N").encode())


def test_sitemap_of_the_largest_kind_is_read() -> None:
    url = "<url><loc>https://news.example/a?b=1&amp;c=2</loc><lastmod>2026-01-02</lastmod></url>"
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    root = parse_xml(f"<urlset xmlns='{namespace}'>{url * 50_000}</urlset>".encode())
    assert len(root) == 50_000
    assert root[-1].findtext(f"{{{namespace}}}loc") == "https://news.example/a?b=1&c=2"


# Ten megabytes of each would take minutes, were the search not linear.
@pytest.mark.parametrize(
    ("begin", "piece", "is_refused"),
    [
        ("<r>", "<", False),
        ("<r>", "<a ", True),
        ("<r>", '<a "', True),
        ("<r ", "a='", False),
        ("<r>", "</z>", False),
        ("<r>" * 190, "</z>", False),
        ("<", "a", False),
        ("", "<!--", True),
        ("", "<?", True),
        ("<r>", "<!--", True),
        ("<r>", "<![CDATA[", True),
        ("<!DOCTYPE a", " ", True),
        ("<!DOCTYPE ", "a", True),
        ("<!DOCTYPE a PUBLIC '", "' '", True),
        ("<?xml ", "encoding=", True),
        ("", " ", True),
    ],
)
def test_long_content_is_looked_through_in_linear_time(begin: str, piece: str, is_refused: bool) -> None:
    content = (begin + piece * (1_000_000 // len(piece))).encode()
    if is_refused:
        with pytest.raises(BadXml):
            clean_xml(content)
    else:
        assert clean_xml(content).endswith(content)
