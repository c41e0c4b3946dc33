"""Letters in lower case, for looking words up: far faster than matching without regard to case."""


def lower(text: str) -> str:
    """The text in lower case with every character in its place (Python's own makes two of a Turkish "İ")."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
