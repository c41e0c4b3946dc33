"""Texts that are no prose, as long as articles can be: extraction takes its time, but not more."""

import time
from datetime import date

import pytest

from extractors import extract_events
from extractors.articles import MOST_CHARACTERS
from schemas import Article
from tests.damage import LONGEST_SECONDS

CLINIC = "Clinic{number} Care said on Monday that hackers stole the names of {number},000 patients. "
TEXTS = {
    "a list of data without an end": "names and addresses and passwords and emails and ",
    "quotation marks": '"the names" and ',
    "a name without an end": "The BANK OF THE DATA and ",
    "dates": "on Monday 5 May 2023 and last week and ",
    "counts": "about 5,000 patients and ",
    "causes": "hackers stole the ransomware and phishing of the ",
    "sentences of three words": "It was hacked. ",
    "lines": "It was the data of Ash Bank\n",
    "an event a sentence": "".join(CLINIC.format(number=number) for number in range(1, 1_200)),
    "a name a clause": "".join(f"Clinic{number} Care said that " for number in range(1, 4_000)),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_no_text_takes_long(kind: str) -> None:
    text = (TEXTS[kind] * (MOST_CHARACTERS // len(TEXTS[kind]) + 1))[:MOST_CHARACTERS]
    article = Article(reference=kind, title="Told again and again", body=text, published=date(2024, 5, 1))
    begun = time.process_time()  # extraction only computes: what else runs on the machine is not counted
    assert len(extract_events([article])) == 1
    assert time.process_time() - begun < LONGEST_SECONDS
