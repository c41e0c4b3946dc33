"""Made-up web pages that show no whole article, and honest ones that look like them, each with what is expected."""

import json
from typing import NamedTuple

STORY = (
    "The ferry company Isle & Firth said on Tuesday that a laptop with the timetables of its crews had gone missing.",
    "It was left in a taxi by a manager who had worked late at the harbour office, a spokeswoman told reporters.",
    "The disk was encrypted, and nobody has tried to log in to the company's network since the machine was lost.",
    "About 340 members of staff were told in a letter that their names and shifts may have been on it.",
    "The union that speaks for the deck crews asked why such lists were carried out of the office at all.",
    "Managers will from now on leave their machines in a locked cupboard, and the taxi firm has been asked to help.",
    "The regulator was told within a day and has decided that it will not look into the matter any further.",
    "In spring the company had lost a printed list of passengers, which was found again behind a ticket machine.",
    "Its head of security, who came from a bank last year, said that she was sorry and that the rules were clear.",
    "Passengers are not affected, the company said, since their bookings are kept by another firm in the capital.",
    "The police in the harbour town have not opened a case, but they would like to speak to the driver of the taxi.",
    "The union said that it would wait for the report, which is to be finished before the summer timetable begins.",
)
OTHER_NEWS = (
    "Council votes for a longer pier in the old harbour",
    "Bakers of the valley agree on one price for rye bread",
    "Heron returns to the castle pond after eleven years",
    "Library of Harrowmere opens its reading room on Sundays",
    "Bridge over the Senn stays closed until the first frost",
    "Cheese makers ask for a road that bears their lorries",
    "School band wins the county prize with a song of its own",
    "Old cinema sold to a couple who want to show silent films",
    "Tram line seven gets its night service back this winter",
    "Farmers count more hares than in any year since 1980",
)
TEASER_TEXTS = tuple(f"{line}, and our reporter has spoken to people who know about it." for line in OTHER_NEWS)


class StubPage(NamedTuple):
    """A page, what `read_article` makes of it (a problem's code, or "article"), and the address it came from."""

    name: str
    expected: str
    html: str
    url: str = "https://post.example/news/ferry-laptop"


def tell(first: int = 0, last: int = 12) -> str:
    return "".join(f"<p>{line}</p>" for line in STORY[first:last])


def link_data(kind: str = "NewsArticle", **values: object) -> str:
    thing = {"@context": "https://schema.org", "@type": kind, "datePublished": "2024-05-14T09:00:00Z"} | values
    return f'<script type="application/ld+json">{json.dumps(thing)}</script>'


def set_type(kind: str) -> str:
    return f'<meta property="og:type" content="{kind}">'


def make(body: str, head: str = "", title: str = "Ferry firm loses laptop with crew lists") -> str:
    stamp = '<meta property="article:published_time" content="2024-05-14">'
    furniture = "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title} | Post</title>{stamp}{head}</head><body>{furniture}'
        f"{body}<footer><p>© Post, all rights reserved</p></footer></body></html>"
    )


def tell_article(text: str, title: str = "Ferry firm loses laptop with crew lists", around: str = "") -> str:
    return f"<main><article><h1>{title}</h1>{text}</article>{around}</main>"


def list_teasers(number: int = 10, heading: str = "h3", *, with_text: bool = True) -> str:
    return "".join(
        f"<div class='card'><{heading}><a href='/news/{at}'>{OTHER_NEWS[at]}</a></{heading}>"
        + (f"<p>{TEASER_TEXTS[at]}</p>" if with_text else "")
        + "</div>"
        for at in range(number)
    )


def list_times(step: int = 7, number: int = 6, tag: str = "h2") -> str:
    return "".join(
        f"<section><{tag}>{9 + at}:{10 + step * at % 50:02} BST</{tag}><p>{STORY[at]}</p></section>"
        for at in range(number)
    )


CLOSED = link_data(isAccessibleForFree=False)
COUNTED = link_data(isAccessibleForFree=False, wordCount=600)
CLOSED_PART = link_data(hasPart={"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".rest"})
GATE = "<div class='gate'><h2>Subscribe to continue reading</h2><p>Plans from two crowns a week.</p></div>"

PAYWALLS = (
    StubPage("closed and short", "paywall", make(tell_article(tell(0, 3)), CLOSED)),
    StubPage("closed as a string", "paywall", make(tell_article(tell(0, 2)), link_data(isAccessibleForFree="False"))),
    StubPage("a part is closed", "paywall", make(tell_article(tell(0, 4)), CLOSED_PART)),
    StubPage(
        "closed, ends in dots", "paywall", make(tell_article(tell(0, 8) + "<p>On Friday the firm will…</p>"), CLOSED)
    ),
    StubPage("closed, most of its words are not there", "paywall", make(tell_article(tell(0, 8)), COUNTED)),
    StubPage("closed, ends in a gate", "paywall", make(tell_article(tell(0, 9) + GATE), CLOSED)),
    StubPage("gate behind the lead", "paywall", make(tell_article(tell(0, 3) + "<p>Sign in to continue reading.</p>"))),
    StubPage(
        "for subscribers only",
        "paywall",
        make(tell_article(tell(0, 3), around="<div><p>This article is only available to subscribers.</p></div>")),
    ),
    StubPage(
        "limit reached",
        "paywall",
        make(tell_article(tell(0, 2) + "<div><p>You’ve reached your limit of free articles this month.</p></div>")),
    ),
    StubPage(
        "register to go on",
        "paywall",
        make(tell_article(tell(0, 4) + "<p>To keep reading, create a free account or log in.</p>")),
    ),
    StubPage(
        "locked tier", "paywall", make(tell_article(tell(0, 3)), '<meta name="article:content_tier" content="locked">')
    ),
    StubPage(
        "headline and gate alone",
        "paywall",
        make(tell_article("<div><p>Subscribe now to read the full story and all our other reports.</p></div>")),
    ),
)
CONSENT = (
    "<p>We value your privacy. We and our partners store and/or access information on a device, such as cookies.</p>"
    "<p>You consent to this by clicking on the button; you may withdraw your consent at any time.</p>"
)
BUTTONS = "<button>Accept all</button><button>Reject all</button><button>Manage preferences</button>"
COOKIE_WALLS = (
    StubPage("consent alone", "cookie_wall", make(f"<div id='consent'>{CONSENT}{BUTTONS}</div>", title="Post")),
    StubPage(
        "before you continue",
        "cookie_wall",
        make(
            "<main><h1>Before you continue to Post</h1><p>We use cookies and data to deliver our services and to "
            "measure audience engagement with the pages you visit.</p>"
            "<p>If you choose to accept all, we will also show personalised ads, depending on your settings.</p>"
            "<p>Select more options to see how to manage your privacy settings.</p></main>",
            title="Before you continue",
        ),
    ),
    StubPage(
        "agree or pay",
        "cookie_wall",
        make(
            "<main><h1>Read with advertising</h1><p>With your consent to tracking we and our partners show you "
            "personalised ads, ad and content measurement and audience research.</p><p>You can change this under "
            "privacy settings. Press agree and continue to read on, or take a subscription.</p></main>"
        ),
    ),
    StubPage(
        "buttons alone",
        "cookie_wall",
        make(
            "<div class='cmp'><p>Your privacy choices</p>"
            "<button>I accept</button><button>Manage my choices</button></div>"
        ),
    ),
    StubPage("with a site's type", "cookie_wall", make(f"<div>{CONSENT * 2}{BUTTONS}</div>", set_type("website"))),
    StubPage(
        "legitimate interest",
        "cookie_wall",
        make(
            "<section><h2>Post asks for your consent</h2><p>Some of our partners process data on the basis of "
            "legitimate interest, to which you may object.</p>"
            "<p>Our cookie policy says which, and what they use cookies for.</p>"
            "<p>Use the button below to manage options at any time.</p></section>"
        ),
    ),
    StubPage(
        "consent in a frame's page",
        "cookie_wall",
        make(f"<form action='/consent'>{CONSENT}<input type='submit' value='Agree'>{BUTTONS}</form>", title="Consent"),
    ),
    StubPage(
        "long consent text",
        "cookie_wall",
        make(
            f"<div>{CONSENT}<p>We use cookies to remember who you are, for ad and content measurement.</p>"
            "<p>Vendors that rely on legitimate interest are listed in our cookie policy, where you can say no.</p>"
            f"<p>Choose manage settings to decide for each of them what you consent to.</p>{BUTTONS}</div>"
        ),
    ),
)
UPDATES = [{"@type": "BlogPosting", "headline": line, "articleBody": line} for line in STORY[:6]]
LIVE_URL = "https://post.example/live/ferry-laptop"
LIVE_BLOGS = (
    StubPage(
        "typed, with its reports",
        "live_blog",
        make(tell_article(tell()), link_data("LiveBlogPosting", liveBlogUpdate=UPDATES)),
    ),
    StubPage(
        "typed, in a graph",
        "live_blog",
        make(
            tell_article(tell()),
            '<script type="application/ld+json">'
            + json.dumps({"@graph": [{"@type": "LiveBlogPosting", "liveBlogUpdate": UPDATES}]})
            + "</script>",
        ),
    ),
    StubPage("typed, times in the text", "live_blog", make(tell_article(list_times()), link_data("LiveBlogPosting"))),
    StubPage(
        "headline and times",
        "live_blog",
        make(tell_article(list_times(), title="Ferry laptop live: union calls for answers"), title="Ferry laptop live"),
    ),
    StubPage("address and times", "live_blog", make(tell_article(list_times(tag="h3"))), LIVE_URL),
    StubPage(
        "as it happened",
        "live_blog",
        make(
            tell_article(
                "".join(f"<p><time>{at + 1}.{40 + at}pm</time></p><p>{STORY[at]}</p>" for at in range(7)),
                title="Harbour inquiry – as it happened",
            ),
            title="Harbour inquiry – as it happened",
        ),
    ),
    StubPage(
        "minutes ago",
        "live_blog",
        make(
            tell_article(
                "".join(f"<div><time>{at + 2} min ago</time><p>{STORY[at]}</p></div>" for at in range(6)),
                title="Live updates: ferry firm faces questions",
            ),
            title="Live updates: ferry firm faces questions",
        ),
    ),
    StubPage(
        "live coverage in the address",
        "live_blog",
        make(tell_article("".join(f"<h4>1{at}:05</h4><p>{STORY[at]}</p>" for at in range(8)))),
        "https://post.example/news/live-updates-ferry/",
    ),
)
FILM = link_data("VideoObject", name="Ferry firm loses laptop")
VIDEO_URL = "https://post.example/videos/ferry-laptop"
PLAYER = "<video src='/f.mp4'></video>"
VIDEO_PAGES = (
    StubPage("a film's type", "video_page", make(tell_article(PLAYER + tell(0, 2)), FILM)),
    StubPage("Open Graph's type", "video_page", make(tell_article(PLAYER + tell(0, 1)), set_type("video.other"))),
    StubPage("a film without text", "video_page", make(tell_article(PLAYER), FILM)),
    StubPage("Open Graph's type without text", "video_page", make(tell_article(PLAYER), set_type("video"))),
    StubPage(
        "an article that is a film",
        "video_page",
        make(
            tell_article(PLAYER + tell(0, 2)), CLOSED.replace('"isAccessibleForFree": false', '"name": "Ferry"') + FILM
        ),
        VIDEO_URL,
    ),
    StubPage("a podcast", "video_page", make(tell_article(tell(0, 3)), link_data("PodcastEpisode"))),
    StubPage("pictures", "video_page", make(tell_article(tell(0, 3)), link_data("ImageGallery"))),
    StubPage(
        "a film's page in a section",
        "video_page",
        make(tell_article(PLAYER + tell(0, 2), around=list_teasers(4)), FILM),
        VIDEO_URL,
    ),
)
HOME = "https://post.example/"
LINK_LISTS = (
    StubPage("a home page", "link_list", make(f"<main>{list_teasers()}</main>", set_type("website")), HOME),
    StubPage(
        "a section", "link_list", make(f"<main><h1>Harbour</h1>{list_teasers(8)}</main>", link_data("CollectionPage"))
    ),
    StubPage("headlines alone", "link_list", make(f"<main>{list_teasers(10, 'h2', with_text=False)}</main>")),
    StubPage(
        "a list of links",
        "link_list",
        make(
            "<main><h1>All news</h1><ul>"
            + "".join(f"<li><a href='/{line}'>{line}</a></li>" for line in OTHER_NEWS)
            + "</ul></main>"
        ),
    ),
    StubPage(
        "a tag's page",
        "link_list",
        make(
            "<main><h1>Ferries</h1><p>All that we wrote about ferries.</p>"
            + "".join(
                f"<article><h2><a href='/{at}'>{OTHER_NEWS[at]}</a></h2>"
                f"<p>{TEASER_TEXTS[at]}</p><p>By Ann Field</p></article>"
                for at in range(9)
            )
            + "</main>"
        ),
        "https://post.example/tag/ferries",
    ),
    StubPage(
        "search results",
        "link_list",
        make(f"<main><h1>Results</h1>{list_teasers(7)}</main>", link_data("SearchResultsPage")),
    ),
    StubPage(
        "an author's page",
        "link_list",
        make(
            f"<main><h1>Ann Field</h1><p>Ann Field writes about the coast.</p>{list_teasers(9)}</main>",
            link_data("ProfilePage"),
        ),
    ),
    StubPage(
        "links in paragraphs",
        "link_list",
        make(
            "<main>"
            + "".join(f"<p><a href='/{at}'>{text}</a></p>" for at, text in enumerate(TEASER_TEXTS))
            + "</main>",
            set_type("website"),
        ),
    ),
)

SUBSCRIBE_BOX = (
    "<aside class='newsletter'><h3>Subscribe to our newsletter</h3><p>The harbour's news every Friday.</p></aside>"
)
COOKIE_LAW = (
    "Shops on the net may no longer hide the button with which people reject all cookies, a court in Marlbury said.",
    "The banner of the shoe seller had a large button to accept all and a grey line, manage preferences, below it.",
    "Judges held that nobody who is shown such a banner can be said to consent to being followed by our partners.",
    "The trade body said that its members use cookies to measure audience figures and would now ask for less.",
    "A campaigner who had brought the case called it the end of a long struggle and thanked the clerks of the court.",
)
LAW = "".join(f"<p>{line}</p>" for line in COOKIE_LAW)
HONEST = (
    StubPage("free, with a box to subscribe", "article", make(tell_article(tell() + SUBSCRIBE_BOX))),
    StubPage("whole, though closed to others", "article", make(tell_article(tell()), CLOSED)),
    StubPage(
        "whole by its own count",
        "article",
        make(tell_article(tell()), link_data(isAccessibleForFree=False, wordCount="231")),
    ),
    StubPage("whole, closed in part", "article", make(tell_article(tell()), CLOSED_PART)),
    StubPage(
        "whole, a barrier lies hidden in the page",
        "article",
        make(tell_article(tell(), around="<div style='display:none'><p>Subscribe to continue reading</p></div>")),
    ),
    StubPage("free by its own word", "article", make(tell_article(tell(0, 3)), link_data(isAccessibleForFree=True))),
    StubPage(
        "about newspapers behind paywalls",
        "article",
        make(
            tell_article(
                tell(0, 4) + "<p>The Courier, too, asks readers to subscribe before they can read the reports of its "
                "harbour desk, its editor said.</p>" + tell(4, 9)
            )
        ),
    ),
    StubPage("a short brief", "article", make(tell_article(tell(0, 2)))),
    StubPage(
        "a short brief with a box to subscribe", "article", make(tell_article(tell(0, 2) + SUBSCRIBE_BOX), link_data())
    ),
    StubPage("with a film in it", "article", make(tell_article(PLAYER + tell()), link_data() + FILM)),
    StubPage("short, with a film in it", "article", make(tell_article(PLAYER + tell(0, 5)), link_data() + FILM)),
    StubPage(
        "short, and films stand in the address", "article", make(tell_article(tell(0, 3)), link_data()), VIDEO_URL
    ),
    StubPage("a film with its whole story", "article", make(tell_article(PLAYER + tell()), FILM), VIDEO_URL),
    StubPage(
        "about the law of cookies",
        "article",
        make(tell_article(LAW, title="Court on cookie banners"), title="Court on cookie banners"),
    ),
    StubPage(
        "about the law of cookies, marked as an article",
        "article",
        make(tell_article(LAW, title="Court on cookie banners"), link_data(), "Court on cookie banners"),
    ),
    StubPage(
        "behind a banner for cookies", "article", make(f"<div id='cmp'>{CONSENT}{BUTTONS}</div>" + tell_article(tell()))
    ),
    StubPage(
        "a timeline", "article", make(tell_article(list_times(number=9), title="How the laptop was lost: a timeline"))
    ),
    StubPage(
        "its address ends in live",
        "article",
        make(tell_article(tell())),
        "https://post.example/news/where-ferries-live/",
    ),
    StubPage(
        "a headline about live music",
        "article",
        make(tell_article(tell(), title="Live music returns to the pier"), title="Live music returns to the pier"),
    ),
    StubPage(
        "typed as a live blog, one report",
        "article",
        make(tell_article(tell()), link_data("LiveBlogPosting", liveBlogUpdate=UPDATES[:1])),
    ),
    StubPage("with many other articles below", "article", make(tell_article(tell(), around=list_teasers()))),
    StubPage(
        "with many links in its text",
        "article",
        make(
            tell_article("".join(f"<p><a href='/{at}'>{line[:30]}</a>{line[30:]}</p>" for at, line in enumerate(STORY)))
        ),
    ),
    StubPage(
        "a round-up with headings that are links",
        "article",
        make(
            tell_article(
                "".join(
                    f"<h3><a href='/{at}'>{OTHER_NEWS[at]}</a></h3><p>{line}</p>" for at, line in enumerate(STORY[:8])
                )
            ),
            link_data(),
        ),
    ),
    StubPage("of a site's type", "article", make(tell_article(tell(), around=list_teasers(6)), set_type("website"))),
    StubPage(
        "ends in dots, and is free",
        "article",
        make(tell_article(tell(0, 7) + "<p>And the driver? He has not been seen again…</p>")),
    ),
)
ALL = (*PAYWALLS, *COOKIE_WALLS, *LIVE_BLOGS, *VIDEO_PAGES, *LINK_LISTS, *HONEST)
