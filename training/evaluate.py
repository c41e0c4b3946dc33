"""Scores the extractor on annotated articles: `python -m training.evaluate --gold ../shared/gold --part dev`."""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from extractors import extract_events, to_gold
from training.gold import read_gold


def main() -> int:
    """Extract the part's events, print what the gold folder's own `check.py` and `score.py` say of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, required=True, help="folder with the annotated articles and score.py")
    parser.add_argument("--part", default="dev", help="train, dev or seed")
    parser.add_argument("--docs", action="store_true", help="print the slot counts of each article too, worst first")
    arguments = parser.parse_args()
    extractions = extract_events([gold.article for gold in read_gold(arguments.gold, arguments.part)])
    articles = arguments.gold / f"{arguments.part}.articles.jsonl"
    with TemporaryDirectory() as folder:
        predicted = Path(folder) / "predicted.jsonl"
        predicted.write_text("".join(json.dumps(to_gold(one)) + "\n" for one in extractions), encoding="utf-8")
        checked = _run(arguments.gold / "check.py", articles, predicted)
        gold = arguments.gold / f"{arguments.part}.gold.jsonl"
        scored = _run(arguments.gold / "score.py", articles, gold, predicted, *["--docs"] * arguments.docs)
    return checked or scored


def _run(script: Path, *arguments: Path | str) -> int:
    return subprocess.run([sys.executable, str(script), *map(str, arguments)], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
