"""Corrected articles as training data, in the two files that `training` reads."""

import json
from collections.abc import Sequence
from pathlib import Path

from extractors import to_gold
from schemas import Extraction


def write_gold(extractions: Sequence[Extraction], folder: Path) -> None:
    """Write `corrected.articles.jsonl` and `corrected.gold.jsonl` into the folder, made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    shaped = [to_gold(extraction) for extraction in extractions]
    articles = [
        {
            "doc": gold["doc"],
            "title": one.article.title,
            "published": one.article.published.isoformat() if one.article.published else None,
            "text": one.article.body,
        }
        for gold, one in zip(shaped, extractions, strict=True)
    ]
    for name, records in (("articles", articles), ("gold", shaped)):
        lines = "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)
        (folder / f"corrected.{name}.jsonl").write_text(lines, encoding="utf-8")
