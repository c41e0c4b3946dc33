"""The two looks that keep pages from the model: at the bytes, and at the article's text. What each stops is counted."""

from collections.abc import Iterable, Iterator

from extractors.first_look import load_first_look
from extractors.topics import is_about_incidents
from schemas import Article, Page, Problem, RunCounts


class Looks:
    """Both looks with what they have stopped since it was last asked for; one for a run."""

    def __init__(self) -> None:
        self._first_look = load_first_look()
        self._stopped_first_look = self._stopped_topic = 0

    def lets_through(self, content: bytes) -> bool:
        """Whether a page of these bytes is worth reading; it is the look that sources of archives take."""
        if self._first_look.lets_through(content):
            return True
        self._stopped_first_look += 1
        return False

    def look_through(self, pages: Iterable[Page | Problem]) -> Iterator[Page | Problem]:
        """The pages that the first look lets through, and the problems, each as soon as it comes."""
        for page in pages:
            if isinstance(page, Problem) or self.lets_through(page.content):
                yield page

    def wants(self, article: Article) -> bool:
        """Whether the model should read the article, as its words look."""
        if is_about_incidents(article):
            return True
        self._stopped_topic += 1
        return False

    def take_counts(self) -> RunCounts:
        """What was stopped since the last time; pages that the first look stopped are counted as references too."""
        counts = RunCounts(
            references=self._stopped_first_look,
            stopped_first_look=self._stopped_first_look,
            stopped_topic=self._stopped_topic,
        )
        self._stopped_first_look = self._stopped_topic = 0
        return counts
