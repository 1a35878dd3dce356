"""Walking the interview in a browser's stead."""

import re
from collections.abc import Mapping
from typing import Any

from django.test import Client
from django.urls import reverse

from registry.systems.models import AISystem

UNKNOWN = "not_established"


def address(name: str, system: AISystem, *more: object) -> str:
    return reverse(f"classification:{name}", args=[system.pk, *more])


def asked_on(html: str) -> list[str]:
    """The questions of a page, by the hidden field that names them."""
    found = re.search(r'name="asked" value="([^"]*)"', html)
    return found.group(1).split(",") if found else []


def seen_on(html: str) -> str:
    """What the page had seen of the draft."""
    found = re.search(r'name="seen" value="([^"]*)"', html)
    return found.group(1) if found else ""


def typed(
    facts: list[str], knowledge: Mapping[str, Any], html: str = ""
) -> dict[str, Any]:
    """What a person ticks and types for these questions on that page."""
    form: dict[str, Any] = {"asked": ",".join(facts), "seen": seen_on(html)}
    for fact in facts:
        answer = knowledge.get(fact, UNKNOWN)
        if isinstance(answer, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", answer):
            form |= {fact: "day", f"{fact}-day": answer}
        else:
            form[fact] = answer
    return form


def walk_to_review(
    client: Client,
    system: AISystem,
    knowledge: Mapping[str, Any],
    read: list[str] | None = None,
) -> tuple[list[list[str]], str]:
    """Answer page after page; the questions of each page, and the review's HTML.

    From the first verdict it goes on to the full assessment.
    """
    pages, _html = walk_to_verdict(client, system, knowledge, read)
    more, html = walk_to_verdict(client, system, knowledge, read)
    return pages + more, html


def walk_to_verdict(
    client: Client,
    system: AISystem,
    knowledge: Mapping[str, Any],
    read: list[str] | None = None,
) -> tuple[list[list[str]], str]:
    """Answer until a page asks nothing: the first verdict, later the review.

    `read` takes the HTML of each page that asked something.
    """
    pages: list[list[str]] = []
    response = client.get(address("wizard", system), follow=True)
    while facts := asked_on(html := response.content.decode()):
        pages.append(facts)
        if read is not None:
            read.append(html)
        here = response.request["PATH_INFO"]
        if query := response.request["QUERY_STRING"]:
            here = f"{here}?{query}"
        response = client.post(here, typed(facts, knowledge, html), follow=True)
        assert response.status_code == 200, response.content.decode()
        assert len(pages) < 40
    return pages, html


def propose(client: Client, system: AISystem, html: str) -> Any:
    """Press the button of the review."""
    digest = re.search(r'name="read_sha256" value="(\w+)"', html)
    assert digest, html
    return client.post(
        address("review", system), {"read_sha256": digest.group(1)}, follow=True
    )
