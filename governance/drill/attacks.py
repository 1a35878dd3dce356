"""The attacks of attacks.toml as they are carried out: by whom, one after another."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from audits.signer.state import FILE as STATE
from governance.drill import erasing, forgery
from governance.drill.scratch import Scratch
from governance.drill.world import Kept

FILE = Path(__file__).with_name("attacks.toml")
FORGERIES: dict[str, Callable[[psycopg.Connection, Kept], None]] = {
    "sign_another_root": forgery.sign_another_root,
    "cut_the_tail": forgery.cut_the_tail,
    "rewrite_history": forgery.rewrite_history,
    "erase_with_false_keys": erasing.with_false_keys,
    "erase_others_than_said": erasing.of_others_than_said,
    "erase_more_than_said": erasing.more_than_said,
    "erase_acts_of_people": erasing.acts_of_people,
    "erase_twice": erasing.twice,
    "erase_in_words_only": erasing.in_words_only,
    "roll_the_keys_back": erasing.roll_the_keys_back,
}
# PostgreSQL only warns when somebody grants what is not theirs to grant.
NOTHING_GRANTED = "01007"


class Way(StrEnum):
    """As whom an attack is tried, and how it begins."""

    APP = "application"
    SIGNER = "signer"
    OWNER = "owner"
    UNTRIGGERED = "owner, triggers off"
    REPLICA = "superuser, as a replica"
    SUPERUSER = "superuser"


ALL = [Way.APP, Way.OWNER, Way.UNTRIGGERED, Way.REPLICA]


@dataclass(frozen=True)
class Attack:
    """One attack, as the file describes it."""

    name: str
    ways: list[Way]
    tables: list[str]
    statements: str
    act: Callable[[psycopg.Connection, Kept], None] | None
    begins: str
    goes_on: bool
    undo: str

    def carry_out(self, way: Way, scratch: Scratch, label: str, kept: Kept) -> None:
        """Attack in one transaction; raises psycopg.Error when the database refuses."""
        role = {
            Way.APP: scratch.app, Way.SIGNER: scratch.signer,
            Way.OWNER: scratch.owner, Way.UNTRIGGERED: scratch.owner,
        }  # fmt: skip
        with psycopg.connect(scratch.url(label, role.get(way))) as connection:
            warnings: list[str | None] = []
            connection.add_notice_handler(lambda told: warnings.append(told.sqlstate))
            for statement in self._statements(way):
                _run(connection, statement, scratch, kept)
            if self.act is not None:
                self.act(connection, kept)
            if way == Way.UNTRIGGERED:
                for table in self.tables:
                    enable = f"ALTER TABLE {table} ENABLE TRIGGER USER"
                    _run(connection, enable, scratch, kept)
            if NOTHING_GRANTED in warnings:
                raise psycopg.errors.InsufficientPrivilege("no privileges were granted")

    def take_back(self, scratch: Scratch, label: str, kept: Kept) -> None:
        """Undo what outlives the attacked database."""
        if self.undo:
            with psycopg.connect(scratch.url(label)) as connection:
                _run(connection, self.undo, scratch, kept)

    def _statements(self, way: Way) -> Iterator[str]:
        if way == Way.REPLICA:
            yield "SET session_replication_role = replica"
        if way == Way.UNTRIGGERED:
            for table in self.tables:
                yield f"ALTER TABLE {table} DISABLE TRIGGER USER"
        if self.statements:
            yield self.statements


def _run(
    connection: psycopg.Connection, text: str, scratch: Scratch, kept: Kept
) -> None:
    """Run SQL of the file with the names of this log, this month and our roles."""
    query = "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')"
    [month] = connection.execute(query).fetchone() or [""]
    names: dict[str, sql.Composable] = {
        "log": sql.Literal(kept.log),
        "entries": sql.Identifier(f"audits_entry_evidence_{month}"),
        "payloads": sql.Identifier(f"audits_payload_evidence_{month}"),
        "samples": sql.Identifier(f"audits_entry_sample_{month}"),
        "owner": sql.Identifier(scratch.owner),
        "app": sql.Identifier(scratch.app),
        "signer": sql.Identifier(scratch.signer),
        "state": sql.Literal(str(scratch.keys / STATE)),
        "here": sql.Identifier(connection.info.dbname),
    }
    statement = sql.SQL(text).format(**names)
    connection.execute(statement)


def attacks() -> list[Attack]:
    """Every attack of the file, in its order."""
    found = tomllib.loads(FILE.read_text())["attack"]
    return [_attack(each) for each in found]


def _attack(found: dict[str, Any]) -> Attack:
    act = found.pop("act", None)
    return Attack(
        name=found.pop("name"),
        ways=[Way(each) for each in found.pop("as", ALL)],
        tables=found.pop("tables", []),
        statements=found.pop("sql", ""),
        act=FORGERIES[act] if act else None,
        begins=found.pop("from", "base"),
        goes_on=found.pop("goes_on", False),
        undo=found.pop("undo", ""),
    )
