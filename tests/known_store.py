"""A small store of made-up articles, whose events are known: what each saved query has to answer can be told by hand.

| published | outlet | victim | cause | said |
| --- | --- | --- | --- | --- |
| 2023-02-10 | Harbour Post | Quillon Hospital | ransomware | through Nimbus Ledger, by Grey Otter; 5,000 people |
| 2023-02-20 | Inland Mail | Quillon Hospital | ransomware | the same, by "GREY OTTER"; over 6,000 people |
| 2023-05-05 | Harbour Post | Tarnbrook Bank | phishing | through "NIMBUS LEDGER"; 900 accounts |
| | | Old Mill School | hacking | only mentioned |
| 2024-03-03 | Inland Mail | quillon hospital | exposed_system | 100 people |
| 2024-03-09 | Harbour Post | Pell Airways | hacking | alleged, by Red Finch |
| 2024-04-01 | Coast Weekly | Pell Airways | hacking | denied |
| 2024-04-02 | Coast Weekly | | | no event |
| 2024-05-01 | | a charity, not named | lost_or_stolen | |

The first article was read once before, with 4,000 people in place of 5,000. Coast Weekly had printed it on 2023-02-09,
which was read later: it is a copy.
"""

from datetime import date
from pathlib import Path
from typing import Any

from schemas import Article, Count, DataItem, Event, EventDate, Evidence, Extraction, Organisation
from store import open_store

WORDS = Evidence(start=0, end=4, quote="Told")
Values = dict[str, Any]


def _people(low: int | None, high: int | None, unit: str = "people") -> Count:
    return Count(min=low, max=high, approx=False, unit=unit, scope="total", evidence=WORDS, confidence=0.9)


def _name(name: str, role: str, named: bool = True) -> Organisation:
    return Organisation(name=name, role=role, named=named, evidence=WORDS, confidence=0.9)


def _data(**statuses: str) -> tuple[DataItem, ...]:
    return tuple(
        DataItem(category=category, status=status, evidence=WORDS, confidence=0.9)
        for category, status in statuses.items()
    )


def _days(**days: str) -> tuple[EventDate, ...]:
    made = []
    for kind, told in days.items():
        first, _, last = told.partition("/")
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
        made.append(EventDate(kind=kind, start=start, end=end, rule="day", evidence=WORDS, confidence=0.9))
    return tuple(made)


def _hospital(people: int) -> Values:
    return {
        "cause": "ransomware",
        "organisations": (
            _name("Quillon Hospital", "victim"),
            _name("Nimbus Ledger", "supplier"),
            _name("Grey Otter", "attacker"),
            _name("Data Watch", "authority"),
        ),
        "data": _data(health="exposed", names="exposed", credentials="not_exposed"),
        "affected": (_people(people, people),),
        "dates": _days(occurred="2023-01-01", discovered="2023-01-05", disclosed="2023-02-10"),
    }


TOLD: list[tuple[str, str | None, list[Values]]] = [
    ("2023-02-10", "Harbour Post", [_hospital(5000)]),
    (
        "2023-02-20",
        "Inland Mail",
        [
            {
                "cause": "ransomware",
                "organisations": (_name("Quillon Hospital", "victim"), _name("GREY OTTER", "attacker")),
                "data": _data(health="exposed"),
                "affected": (_people(6000, None),),
                "dates": _days(disclosed="2023-02-10"),
            }
        ],
    ),
    (
        "2023-05-05",
        "Harbour Post",
        [
            {
                "cause": "phishing",
                "cause_confidence": 0.5,
                "organisations": (_name("Tarnbrook Bank", "victim"), _name("NIMBUS LEDGER", "supplier")),
                "data": _data(credentials="exposed", names="exposed"),
                "affected": (_people(900, 900, "accounts"),),
                "dates": _days(occurred="2023-04-25", disclosed="2023-05-05"),
            },
            {
                "cause": "hacking",
                "prominence": "background",
                "organisations": (_name("Old Mill School", "victim"),),
                "data": _data(names="exposed"),
            },
        ],
    ),
    (
        "2024-03-03",
        "Inland Mail",
        [
            {
                "cause": "exposed_system",
                "organisations": (_name("quillon hospital", "victim"), _name("Data Watch", "authority")),
                "data": _data(names="exposed", credentials="possible"),
                "affected": (_people(100, 100),),
                "dates": _days(occurred="2024-02-02", discovered="2024-02-12", disclosed="2024-03-03"),
            }
        ],
    ),
    (
        "2024-03-09",
        "Harbour Post",
        [
            {
                "cause": "hacking",
                "status": "alleged",
                "organisations": (_name("Pell Airways", "victim"), _name("Red Finch", "attacker")),
                "data": _data(payment_cards="exposed", names="exposed"),
                # Told too roughly to count days from.
                "dates": _days(occurred="2023-01-01/2023-12-31", disclosed="2024-03-09"),
            }
        ],
    ),
    (
        "2024-04-01",
        "Coast Weekly",
        [
            {
                "cause": "hacking",
                "status": "denied",
                "organisations": (_name("Pell Airways", "victim"), _name("Red Finch", "attacker")),
                "affected": (_people(1_000_000, 1_000_000),),
            }
        ],
    ),
    ("2024-04-02", "Coast Weekly", []),
    (
        "2024-05-01",
        None,
        [{"cause": "lost_or_stolen", "organisations": (_name("a charity", "victim", named=False),)}],
    ),
]


def make_store(path: Path) -> Path:
    """Make the store at `path`."""
    published, outlet, _ = TOLD[0]
    with open_store(path, read_only=False) as store:
        store.load([_extract(0, published, outlet, [_hospital(4000)], "1")], [], "run 1")
        store.load([_extract(number, *told, "2") for number, told in enumerate(TOLD)], [], "run 2")
        copy = _extract(len(TOLD), "2023-02-09", "Coast Weekly", [], "2")
        original = _extract(0, published, outlet, [], "2").article.article_id
        store.load([copy.model_copy(update={"copy_of": original})], [], "run 3")
    return path


def _extract(number: int, published: str, outlet: str | None, events: list[Values], version: str) -> Extraction:
    article = Article(
        reference=f"news/{number}.html",
        title=f"Told {number}",
        body="A body.",
        published=date.fromisoformat(published),
        url=f"https://news.example/{number}",
        outlet=outlet,
    )
    given: Values = {"prominence": "main", "status": "confirmed", "cause_confidence": 0.9, "confidence": 0.8}
    made = tuple(
        Event(event_id=f"event-{number}-{place}", article_id=article.article_id, **(given | values))
        for place, values in enumerate(events, 1)
    )
    return Extraction(article=article, events=made, extractor_version=version)
