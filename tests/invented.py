"""Events made up for tests of what is done with them: each value stands in the text of an article that tells it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from schemas import Article, Count, DataItem, Event, EventDate, Evidence, Extraction, Organisation

VERSION = "test-1"


def invent(text: str, *, title: str = "", published: date = date(2024, 5, 2), **known: Any) -> Article:
    """An article with this body."""
    known.setdefault("reference", "invented.txt")
    return Article(title=title, body=text, published=published, **known)


def find(article: Article, quote: str) -> Evidence:
    """Where the words stand in the article's text."""
    start = article.text.index(quote)
    return Evidence.of(article.text, start, start + len(quote))


def tell(
    article: Article,
    number: int = 1,
    *,
    cause: tuple[str, str] | None = None,
    organisations: Sequence[tuple[str, ...]] = (),
    data: Sequence[tuple[str, str, str]] = (),
    affected: Sequence[tuple[str, int | None, int | None, str]] = (),
    dates: Sequence[tuple[str, str, date | None, date | None]] = (),
    status: tuple[str, str] | None = None,
    **other: Any,
) -> Event:
    """An event of the article; each value comes with, or is, the words for it.

    `cause` and `status` are a code and words, `organisations` role, name and aliases, `data` words, category and
    status, `affected` words, least, most and unit, `dates` words, kind, first and last day.
    """
    other = {"prominence": "main", "confidence": 0.9, "cause_confidence": 0.8} | other
    return Event(
        event_id=f"{article.article_id[:12]}{number:04}",
        article_id=article.article_id,
        status=status[0] if status else "confirmed",
        status_evidence=find(article, status[1]) if status else None,
        cause=cause[0] if cause else "unknown",
        cause_evidence=find(article, cause[1]) if cause else None,
        organisations=tuple(
            Organisation(
                name=name,
                role=role,
                named=not name.startswith(("a ", "the ")),
                aliases=tuple(find(article, alias) for alias in aliases),
                evidence=find(article, name),
                confidence=0.7,
            )
            for role, name, *aliases in organisations
        ),
        data=tuple(
            DataItem(category=category, status=said, evidence=find(article, words), confidence=0.6)
            for words, category, said in data
        ),
        affected=tuple(
            Count(min=least, max=most, approx=words.startswith("about"), unit=unit, scope="total",
                  evidence=find(article, words), confidence=0.5)
            for words, least, most, unit in affected
        ),
        dates=tuple(
            EventDate(kind=kind, start=first, end=final, rule="test", evidence=find(article, words), confidence=0.4)
            for words, kind, first, final in dates
        ),
        **other,
    )  # fmt: skip


def extract(article: Article, *events: Event) -> Extraction:
    """What an extractor would say of the article."""
    return Extraction(article=article, events=events, extractor_version=VERSION)


def invent_extractions() -> list[Extraction]:
    """Four articles with five events that hold what is hard to write: formulas, quotes, lines, long numbers, nulls."""
    return [_tell_clinic(), _tell_formula(), _tell_supplier(), _tell_denial()]


def _tell_clinic() -> Extraction:
    clinic = invent(
        "Norwood Clinic said on Monday that ransomware had encrypted the names and diagnoses of about 5,000 patients, "
        "but not their passwords. The clinic has said sorry. In 2021 a nurse of Pell University lost a laptop.",
        title="Clinic, university: “encrypted”; lost",
        url="https://news.example/clinic?a=1&b=2",
        outlet="The Ashwick Paper",
    )
    return extract(
        clinic,
        tell(
            clinic,
            1,
            cause=("ransomware", "ransomware"),
            organisations=[("victim", "Norwood Clinic", "The clinic")],
            data=[
                ("names", "names", "exposed"),
                ("diagnoses", "health", "exposed"),
                ("passwords", "credentials", "not_exposed"),
            ],
            affected=[("about 5,000 patients", 5000, 5000, "people")],
            dates=[("on Monday", "disclosed", date(2024, 4, 29), date(2024, 4, 29))],
        ),
        tell(
            clinic,
            2,
            cause=("lost_or_stolen", "lost"),
            organisations=[("victim", "Pell University")],
            dates=[("In 2021", "occurred", date(2021, 1, 1), date(2021, 12, 31))],
            prominence="background",
            confidence=0.4,
        ),
    )


def _tell_formula() -> Extraction:
    bank = invent(
        'A bug in its website showed "account statements" of +Plus Bank,\r\nsaid =SUM(A1) Research.',
        title='=HYPERLINK("https://news.example";"Bank")\nhit',
        published=date(1999, 12, 31),
        outlet="@News, \tdaily",
    )
    return extract(
        bank,
        tell(
            bank,
            cause=("exposed_system", "bug"),
            organisations=[("victim", "Plus Bank"), ("discloser", "=SUM(A1) Research")],
            data=[('"account statements"', "financial", "possible")],
            confidence=0.55,
        ),
    )


def _tell_supplier() -> Extraction:
    council = invent(
        "Dunford City Council lost the records of 9,007,199,254 accounts when hackers exploited a flaw at Elm "
        "Hosting between March and May 2023. The gang Grey Heron was behind it.",
        title="2023-05-01",
        published=date(2023, 6, 7),
    )
    return extract(
        council,
        tell(
            council,
            cause=("hacking", "hackers"),
            organisations=[
                ("victim", "Dunford City Council"), ("supplier", "Elm Hosting"), ("attacker", "Grey Heron")
            ],
            data=[("records", "personal_unspecified", "exposed")],
            affected=[("9,007,199,254 accounts", 9_007_199_254, None, "accounts")],
            dates=[("between March and May 2023", "occurred", date(2023, 3, 1), date(2023, 5, 31))],
        ).model_copy(update={"confidence": 0.75}),
    )  # fmt: skip


def _tell_denial() -> Extraction:
    airline = invent(
        "Brill Airways denied that hackers had taken anything.", title="Nothing taken", published=date(2024, 5, 2)
    )
    return extract(
        airline,
        tell(
            airline,
            cause=("hacking", "hackers"),
            organisations=[("victim", "Brill Airways")],
            status=("denied", "denied"),
            confidence=0.95,
        ),
    )
