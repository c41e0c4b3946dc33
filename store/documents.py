"""The pages of `docs/` on the store, made from what it says of itself and from the saved queries.

`python -m store.documents` (`make docs`) writes them; a test fails while they are not current.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from schemas.vocabularies import VOCABULARY_FOLDER, read_vocabulary
from store.descriptions import ABOUT_HISTORY, FOR_PEOPLE, Column, Table, describe_store
from store.queries import SHIPPED_FOLDER, Parameter, SavedQuery, read_query

FOLDER = Path(__file__).resolve().parent.parent / "docs"
_MADE = "<!-- Made by `make docs`; change what it is made from. -->"


def render_pages() -> dict[str, str]:
    """The text of each page by its file name."""
    return {"schema.md": render_schema_page(describe_store(None)), "queries.md": render_queries_page(_read_shipped())}


def render_schema_page(tables: Sequence[Table]) -> str:
    """What the tables and views hold, and the codes in them."""
    people = [table for table in tables if table.name in FOR_PEOPLE]
    history = [table for table in tables if table.is_history]
    others = [table for table in tables if table not in people and table not in history]
    return _join(
        "# What can be asked for",
        _MADE,
        "`breachwire schema` shows the same: the tables and views, `breachwire schema event_table` the columns of one, "
        "`breachwire schema event_table.cause_code` the codes of a column. Times are UTC. Offsets of evidence count "
        "characters of `articles.text` from 0.",
        _list_links((table.name, table.description) for table in tables),
        "## Views for people",
        *map(_render_table, people),
        "## The parts they are made of",
        "`event_id` joins an event with its organisations, data, counts and dates, `article_id` with its article.",
        *map(_render_table, others),
        "## History",
        ABOUT_HISTORY,
        *map(_render_table, history),
        "## Codes",
        *(_render_vocabulary(path.stem) for path in sorted(VOCABULARY_FOLDER.glob("*.toml"))),
    )


def render_queries_page(queries: Sequence[SavedQuery]) -> str:
    """What each saved query asks, takes and answers, with its SQL."""
    return _join(
        f"# {len(queries)} questions to the database",
        _MADE,
        "`breachwire query NAME` asks one, `breachwire query NAME --show` prints its SQL to begin your own with. In a "
        'notebook it is `breachwire.open_store().query("NAME", since="2024-01-01").df()`.',
        "A breach is counted here once for each article that reports it: events of several articles about one incident "
        "are not linked yet. Events that are only mentioned (`background`) and those that the organisation denies are "
        "left out, except where the question is about them.",
        _list_links((query.name, query.question) for query in queries),
        *map(_render_query, queries),
        "## Your own",
        "Put a file `NAME.sql` into `data/local/queries/`, or into another folder and give it with `--folder`. What it "
        "begins with tells the question and its parameters:",
        "```sql\n"
        "-- question: How many events are told with this cause?\n"
        "-- parameter cause causes: the cause\n"
        "-- parameter since date 2020-01-01: only articles published on or after this day\n"
        "-- column events: how many\n"
        "SELECT count(*) AS events\n"
        "FROM event_table\n"
        "WHERE cause_code = $cause AND published_date >= $since\n"
        "```",
        "A parameter is a `date`, an `integer`, a `number`, a `text`, a `boolean`, or a code of the vocabulary that is "
        "named (`causes`). Without a default it has to be given; the value `any` is null.",
    )


def _read_shipped() -> list[SavedQuery]:
    return [read_query(path) for path in sorted(SHIPPED_FOLDER.glob("*.sql"))]


def _render_table(table: Table) -> str:
    rows = [(f"`{column.name}`", column.kind, _link_codes(column)) for column in table.columns]
    return _join(f"### {table.name}", table.description, _lay_out(("column", "type", "meaning"), rows)).rstrip()


def _link_codes(column: Column) -> str:
    if column.vocabulary is None:
        return column.description
    name = column.vocabulary.name
    return column.description.replace(f"vocabulary {name}", f"vocabulary [{name}](#codes-of-{name})")


def _render_vocabulary(name: str) -> str:
    vocabulary = read_vocabulary(name)
    rows = [(f"`{code}`", term.definition) for code, term in vocabulary.items()]
    return _join(f"### Codes of {name}", vocabulary.definition, _lay_out(("code", "meaning"), rows)).rstrip()


def _render_query(query: SavedQuery) -> str:
    needed = "".join(f" --{one.option} …" for one in query.parameters if one.default is None)
    parameters = [(f"`--{one.option}`", _word_kind(one), one.default or "", one.meaning) for one in query.parameters]
    columns = [(f"`{name}`", meaning) for name, meaning in query.columns.items()]
    return _join(
        f"## {query.name}",
        f"**{query.question}** {query.note}".rstrip(),
        f"```sh\nbreachwire query {query.name}{needed}\n```",
        _lay_out(("column", "meaning"), columns),
        _lay_out(("parameter", "type", "default", "meaning"), parameters),
        f"```sql\n{query.body}\n```",
    ).rstrip()


def _word_kind(parameter: Parameter) -> str:
    return f"code of [{parameter.kind}](schema.md#codes-of-{parameter.kind})" if parameter.is_coded else parameter.kind


def _lay_out(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = [heads, ["---"] * len(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def _list_links(entries: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- [{name}](#{name.replace('.', '')}): {told}" for name, told in entries)


def _join(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write the pages."""
    for name, text in render_pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
