"""The room from a command line: files in, JSON out.

    python -m governance.law questions [FILE] [--on DATE] [--edition E] [--all]
    python -m governance.law classify FILE [--on DATE] [--edition E]
    python -m governance.law duties FILE --role R [--role R2] [--flag F[=yes|no]]
    python -m governance.law fria FILE --role R [--flag F[=yes|no]]
    python -m governance.law derogation FILE --role R [--flag F[=yes|no]]
    python -m governance.law registration FILE --role R [--flag F[=yes|no]]
    python -m governance.law whatif FILE [--on DATE] [--edition E]
    python -m governance.law deadline [ID --from DATETIME] [--country CC] [--edition E]
    python -m governance.law timeline [--edition E]
    python -m governance.law definitions [--edition E] [--of QUESTION]
    python -m governance.law changes [--since DATE] [--id ID]

FILE holds the answers as a JSON object, or {"answers": {…}}; "-" reads standard input.
Exit status 2, with what is wrong on standard error, for anything that cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from governance.law import date_commands, reference_commands
from governance.law.annex_viii import sections
from governance.law.classify import EditionUnknown, choose_edition, classify
from governance.law.derogation import derogation
from governance.law.duties import duties
from governance.law.exposure import costs
from governance.law.facts import AnswersInvalid
from governance.law.fria import fria
from governance.law.questions import every_question, questions
from governance.law.unasked import standing
from governance.law.whatif import whatif


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _options(arguments)
    try:
        result = options.run(options)
    except AnswersInvalid as fault:
        for item in fault.problems:
            print(f"{item.field}: {item.reason} {item.fix}", file=sys.stderr)
        return 2
    except (EditionUnknown, OSError, ValueError) as fault:
        about = getattr(options, "file", None) or options.command
        print(f"{about}: {fault}", file=sys.stderr)
        return 2
    print(json.dumps(result, ensure_ascii=False, indent=2))
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m governance.law")
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("questions", help="the questions that are due now")
    ask.set_defaults(run=_questions)
    ask.add_argument("file", nargs="?", default=None)
    ask.add_argument("--all", action="store_true", help="every question there is")
    judge = commands.add_parser("classify", help="what the Act makes of the answers")
    judge.set_defaults(run=_classify)
    judge.add_argument("file")
    owing = [
        _owing(commands.add_parser(name, help=said), ask_of)
        for name, said, ask_of in (
            ("duties", "what the Act asks of whom, and when", duties),
            ("registration", "what is entered in the EU database", sections),
            ("fria", "whether an assessment of Art. 27 is owed, and of what", fria),
            ("derogation", "the record of an exemption of Art. 6(3)", derogation),
        )
    ]
    suppose = commands.add_parser(
        "whatif", help="which answer would change the verdict"
    )
    suppose.set_defaults(run=_whatif)
    suppose.add_argument("file")
    for command in (ask, judge, *owing, suppose):
        command.add_argument(
            "--on",
            type=date.fromisoformat,
            default=datetime.now(UTC).date(),
            metavar="YYYY-MM-DD",
            help="the day to judge by; today when left out",
        )
        command.add_argument("--edition", help="an edition of the Act, by its id")
    date_commands.add(commands)
    reference_commands.add(commands)
    return parser.parse_args(arguments)


def _owing(
    command: argparse.ArgumentParser, ask_of: Callable[..., Any]
) -> argparse.ArgumentParser:
    """A command about roles and facts of an organisation, beside the answers."""
    command.set_defaults(run=partial(_owed, ask_of))
    command.add_argument("file")
    command.add_argument("--role", action="append", required=True, help="one of ours")
    command.add_argument(
        "--flag", action="append", default=[], type=_flag, metavar="F=yes"
    )
    return command


def _flag(text: str) -> tuple[str, str]:
    """A fact about the organisation: its id, and yes unless something else is said."""
    name, _, answer = text.partition("=")
    return name, answer or "yes"


def _answers(file: str | None) -> dict[str, Any]:
    """The answers in a file. Raises OSError and ValueError."""
    if file is None:
        return {}
    text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    try:
        data = json.loads(text, object_pairs_hook=_once_each)
    except json.JSONDecodeError as fault:
        raise ValueError(f"is not JSON: {fault}") from fault
    except RecursionError as fault:
        raise ValueError("is nested too deeply for answers") from fault
    if not isinstance(data, dict):
        raise ValueError("expected one JSON object of answers")
    if "answers" not in data:
        return data
    beside = sorted(set(data) - {"answers"})
    if beside:
        raise ValueError(f"nothing may stand beside 'answers', found {beside}")
    if not isinstance(data["answers"], dict):
        raise ValueError("'answers' must be a JSON object")
    return dict(data["answers"])


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no name stands twice: which answer would count?"""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} is answered twice")
        found[name] = value
    return found


def _classify(options: argparse.Namespace) -> dict[str, Any]:
    return classify(_answers(options.file), options.on, options.edition).as_json()


def _questions(options: argparse.Namespace) -> dict[str, Any]:
    answers = _answers(options.file)
    edition, hypothetical = choose_edition(options.on, options.edition)
    due = questions(answers, options.on, options.edition)
    where = standing(answers, options.on, options.edition)
    chosen = every_question() if options.all else due
    return {
        "on": options.on.isoformat(),
        "edition": edition,
        "hypothetical": hypothetical,
        "done": not due,
        "questions": [asdict(question) for question in chosen],
        "answered": where.answered,
        "not_asked": [asdict(item) for item in where.not_asked],
    }


def _owed(ask_of: Callable[..., Any], options: argparse.Namespace) -> dict[str, Any]:
    answers, flags = _answers(options.file), dict(options.flag)
    when = (options.on, options.edition)
    found = ask_of(answers, options.role, *when, flags=flags)
    told: dict[str, Any] = found.as_json()
    return told | {"exposure": costs(found)} if ask_of is duties else told


def _whatif(options: argparse.Namespace) -> dict[str, Any]:
    return whatif(_answers(options.file), options.on, options.edition).as_json()


if __name__ == "__main__":  # pragma: no cover
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:  # who reads on took what they wanted, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status)
