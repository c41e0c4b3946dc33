"""Events as a JSON array of VERIS incidents, with a report of what these cannot hold beside it."""

import json
from collections import Counter
from pathlib import Path

from store.database import Store
from store.exports.following import Follower
from store.exports.lines import read_chosen
from store.exports.losses import HEAD, Loss, lay_out
from store.exports.rows import write_csv
from store.exports.selection import Selection
from store.exports.veris import map_event
from store.exports.veris_mapping import Source
from store.exports.veris_time import has_year


def losses_beside(path: Path) -> Path:
    """Where the report of losses of the incidents at `path` lies: `events.losses.csv` for `events.json`."""
    return path.with_name(f"{path.stem}.losses.csv")


def write_incidents(
    store: Store, part: Path, report: Path, selection: Selection, follower: Follower
) -> tuple[int, Counter[str]]:
    """Write the events chosen to `part`, and the losses to `report`; return the number of events, and how many losses
    have which reason. An event for which no year is known is left out, as a loss: VERIS wants one.

    An incident stands on a line, so that one can be found and compared.
    """
    number, counter = 0, Counter[str]()
    with (
        part.open("w", encoding="utf-8", newline="") as file,
        report.open("w", encoding="utf-8", newline="") as losses_file,
    ):
        write_csv(HEAD, [], losses_file)
        for events in read_chosen(store, selection):
            sources = _read_sources(store, {event.article_id for event in events})
            losses: list[Loss] = []
            for event in events:
                source = sources[event.article_id]
                if not has_year(event, source.published):
                    losses.append(Loss(event.event_id, "event", source.title, "undated"))
                    continue
                incident, lost = map_event(event, source)
                file.write(("[\n" if number == 0 else ",\n") + json.dumps(incident, ensure_ascii=False))
                losses += lost
                number += 1
            write_csv(None, map(lay_out, losses), losses_file)
            counter.update(loss.reason for loss in losses)
            follower.advance(len(events))
        file.write("\n]\n" if number else "[]\n")
    return number, counter


def _read_sources(store: Store, article_ids: set[str]) -> dict[str, Source]:
    wanted = ", ".join("'" + one.replace("'", "''") + "'" for one in sorted(article_ids))
    _, rows = store.rows(
        "SELECT article_id, title, outlet, coalesce(url, reference), published_date, text "
        f"FROM articles WHERE article_id IN ({wanted})"
    )
    return {article_id: Source(*told) for article_id, *told in rows}
