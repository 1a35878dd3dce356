"""Files that try to be something else, or too much."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from registry.documents.encoding import safe_name
from registry.documents.models import Document
from tests.factories import World
from tests.registry.documents.worlds import PDF, PNG, office, upload

SignIn = Callable[..., Client]
ODT = b"application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("notes.txt", b"  <!DOCTYPE html><title>x</title>"),
        ("notes.md", b"\xef\xbb\xbf<svg onload=alert(1)>"),
        ("table.csv", b"<?xml version='1.0'?><svg/>"),
        ("programme.exe", b"MZ\x90\x00"),
        ("nothing", b"text"),
        ("report.pdf", b"<html>no pdf</html>"),
        ("photo.png", b"\xff\xd8\xff\xe0"),
        ("photo.jpg", PNG),
        ("letter.docx", office("xl/workbook.xml")),
        ("letter.docx", b"PK\x03\x04 and nothing more"),
        ("letter.docx", office("word/document.xml", "word/vbaProject.bin")),
        ("table.xlsx", office("xl/workbook.xml", "xl/vbaProject.bin")),
        ("text.odt", office("content.xml")),
        ("data.csv", "größe;1".encode("utf-16")),
        ("data.csv", b"a,b\x00c"),
        ("data.json", b"{'no': json}"),
        ("deep.json", b"[" * 100_000),
        ("empty.pdf", b""),
    ],
)
def test_what_is_no_document_of_an_allowed_kind_is_refused_with_a_reason(
    world: World, signed_in: SignIn, name: str, content: bytes
) -> None:
    answer = upload(signed_in(world.alice), world.system, name, content)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.PDF", PDF),
        ("a.png", PNG),
        ("a.jpeg", b"\xff\xd8\xff\xe0rest"),
        ("a.md", "# Größe\n<h1>a heading</h1>".encode()),
        ("a.csv", b"\xef\xbb\xbfa,b\n1,2\n"),
        ("a.json", b'{"a": [1, 2.5]}'),
        ("a.docx", office("[Content_Types].xml", "word/document.xml")),
        ("a.xlsx", office("[Content_Types].xml", "xl/workbook.xml")),
        ("a.zip", office("anything.txt")),
        ("a.odt", b"PK\x03\x04" + b"\x00" * 26 + b"mimetype" + ODT + b"rest"),
    ],
)
def test_each_allowed_kind_is_stored(
    world: World, signed_in: SignIn, name: str, content: bytes
) -> None:
    assert (
        upload(signed_in(world.alice), world.system, name, content).status_code == 302
    )
    assert Document.objects.get().size == len(content)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\report.pdf", "report.pdf"),
        ("bill\u202efdp.exe", "billfdp.exe"),
        ("a\r\nSet-Cookie: b=c.pdf", "aSet-Cookie: b=c.pdf"),
        ("a\x00b\u200b.pdf", "ab.pdf"),
        ("  .hidden.pdf. ", "hidden.pdf"),
        ("...", "document"),
        ("", "document"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
        ("Größe der Prüfung.pdf", "Größe der Prüfung.pdf"),
    ],
)
def test_a_file_name_keeps_its_ending_and_loses_what_cannot_be_seen(
    sent: str, kept: str
) -> None:
    assert safe_name(sent) == kept


def test_a_name_with_quotation_marks_or_letters_beyond_ascii_is_one_parameter(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(world.alice)
    upload(client, world.system, "audit.pdf", PDF)
    address = reverse("documents:download", args=[Document.objects.get().pk])
    headers = []
    for name in ('a";filename=b.exe;".pdf', "Prüfung – 1 %.pdf"):
        Document.objects.update(file_name=name)
        headers.append(client.get(address)["Content-Disposition"])
    assert headers[0] == r'attachment; filename="a\";filename=b.exe;\".pdf"'
    assert headers[1] == (
        "attachment; filename*=utf-8''Pr%C3%BCfung%20%E2%80%93%201%20%25.pdf"
    )


def test_a_bomb_is_stored_as_it_is_because_nothing_unpacks_it(
    world: World, signed_in: SignIn
) -> None:
    bomb = office("bomb", bomb=b"\x00" * 30_000_000)
    assert len(bomb) < 100_000
    upload(signed_in(world.alice), world.system, "bomb.zip", bomb)
    assert Document.objects.get().size == len(bomb)


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(
    world: World, signed_in: SignIn, settings: object
) -> None:
    class Unreadable:
        def read(self, *_size: int) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    settings.DOCUMENT_MAX_BYTES = 1 << 20  # type: ignore[attr-defined]
    answer = signed_in(world.alice).generic(
        "POST",
        reverse("documents:upload", args=[world.system.pk]),
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(1 << 40),
        **{"wsgi.input": Unreadable()},
    )
    assert answer.status_code == 413
    assert "more than 1 MB" in answer.content.decode()


def test_a_file_beyond_the_limit_in_a_body_within_it_is_refused(
    world: World, signed_in: SignIn, settings: object
) -> None:
    settings.DOCUMENT_MAX_BYTES = 1 << 20  # type: ignore[attr-defined]
    big = PDF + b" " * (1 << 20)
    answer = upload(signed_in(world.alice), world.system, "big.pdf", big)
    assert answer.status_code == 422
    assert "more than 1 MB" in answer.content.decode()
    assert not Document.objects.exists()


def test_an_upload_without_the_token_of_its_form_is_refused(
    world: World, signed_in: SignIn
) -> None:
    client = signed_in(world.alice)
    client.handler.enforce_csrf_checks = True
    assert upload(client, world.system, "audit.pdf", PDF).status_code == 403
    client.get(reverse("documents:upload", args=[world.system.pk]))
    token = client.cookies["csrftoken"].value
    answer = upload(client, world.system, "audit.pdf", PDF, csrfmiddlewaretoken=token)
    assert answer.status_code == 302


def test_a_form_without_a_file_says_what_is_missing(
    world: World, signed_in: SignIn
) -> None:
    answer = signed_in(world.alice).post(
        reverse("documents:upload", args=[world.system.pk]), {"title": "Nothing"}
    )
    assert answer.status_code == 422
    assert "Nothing" in answer.content.decode()
