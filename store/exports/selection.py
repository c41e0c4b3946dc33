"""Which events are exported."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from schemas import read_vocabulary


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The events wanted: those for which everything that is given holds; of the codes of one kind, any will do.

    `since` and `until` are days of publication, both inclusive; with `roles`, an event is one in which an organisation
    has one of them. Raises `UnknownCode` for a code that its vocabulary does not hold.
    """

    since: date | None = None
    until: date | None = None
    causes: Collection[str] = ()
    statuses: Collection[str] = ()
    roles: Collection[str] = ()
    main_only: bool = False
    min_confidence: float = 0

    def __post_init__(self) -> None:
        for vocabulary in ("causes", "statuses", "roles"):
            for code in getattr(self, vocabulary):
                read_vocabulary(vocabulary).check(code)

    @property
    def is_everything(self) -> bool:
        return not self._conditions()

    @property
    def where(self) -> str:
        """The condition on `event_table` in SQL."""
        return " AND ".join(self._conditions()) or "true"

    def query(self, columns: str = "*") -> str:
        """The query for columns of `event_table`, in its order."""
        return f"SELECT {columns} FROM event_table WHERE {self.where}"

    def _conditions(self) -> list[str]:
        # No value is the user's text: codes are the vocabulary's, the others are days and numbers.
        conditions = {
            f"published_date >= DATE '{self.since}'": self.since,
            f"published_date <= DATE '{self.until}'": self.until,
            f"cause_code IN ({_quote(self.causes)})": self.causes,
            f"status_code IN ({_quote(self.statuses)})": self.statuses,
            "event_id IN (SELECT event_id FROM event_organisations "
            f"WHERE role_code IN ({_quote(self.roles)}))": self.roles,
            "prominence_code = 'main'": self.main_only,
            f"confidence >= {float(self.min_confidence)!r}": self.min_confidence > 0,
        }
        return [condition for condition, given in conditions.items() if given]


EVERYTHING = Selection()


def _quote(codes: Collection[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
