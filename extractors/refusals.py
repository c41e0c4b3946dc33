"""Why a page is not read as an article."""


class Refusal(Exception):
    """Raised where a page can't be read: `code` is of the problems vocabulary, `detail` a sentence for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
