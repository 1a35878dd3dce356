"""The page's reader of PDF files: ours, those of other software, and hostile ones."""

import zlib
from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pytest
from playwright.sync_api import Page

from audits.tlog.encoding import to_base64
from tests.audits.tlog.browser import browsing, modules

READ = """async (data) => {
  const { attachedFiles } = await import("/pdf.js");
  const { fromBase64, toBase64, Wrong } = await import("/bytes.js");
  const shown = (each) => (each instanceof Wrong ? each.message : toBase64(each));
  try {
    const files = await attachedFiles(fromBase64(data, "the file"));
    return [...files].map(([name, each]) => [name, shown(each)]);
  } catch (error) {
    if (!(error instanceof Wrong || error instanceof RangeError)) throw error;
    return error.message;
  }
}"""
FILES = {"a.json": b'{"a": 1}', "b (ü).txt": b"text", "empty": b""}
STREAM_LIMIT = 64 << 20


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browsing() as browser:
        yield modules(browser)


def read(page: Page, pdf: bytes) -> dict[str, str] | str:
    found = page.evaluate(READ, to_base64(pdf))
    return found if isinstance(found, str) else dict(found)


def with_files(**options: object) -> bytes:
    made = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for name, data in FILES.items():
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)
        pdf.save(made, **options)  # type: ignore[arg-type]
    return made.getvalue()


def written(objects: list[bytes], root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first with number 1, with a plain table."""
    body, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % at for at in places)
    end = b"trailer\n<< /Root %d 0 R /Size %d %s >>\n" % (
        root,
        len(objects) + 1,
        trailer,
    )
    return body + table + end + b"startxref\n%d\n%%%%EOF\n" % len(body)


def stream(data: bytes, extra: bytes = b"", length: bytes = b"") -> bytes:
    size = length or b"%d" % len(data)
    return b"<< /Length %s %s >>\nstream\n%s\nendstream" % (size, extra, data)


def one_file(embedded: bytes, *more: bytes, names: bytes = b"") -> bytes:
    """A PDF whose object 4 is the attached file."""
    tree = names or b"<< /EmbeddedFiles << /Names [(x) 3 0 R] >> >>"
    spec = b"<< /F (x) /UF (x) /EF << /F 4 0 R >> >>"
    return written([b"<< /Names 2 0 R >>", tree, spec, embedded, *more])


@pytest.mark.parametrize(
    "options",
    [
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
        {"object_stream_mode": pikepdf.ObjectStreamMode.disable},
        {"compress_streams": False},
        {"linearize": True},
    ],
)
def test_files_that_other_software_attached_are_taken_out(
    page: Page, options: dict[str, object]
) -> None:
    wanted = {name: to_base64(data) for name, data in FILES.items()}
    assert read(page, with_files(**options)) == wanted


def test_the_syntax_of_strings_names_and_trees(page: Page) -> None:
    names = (
        b"<< /Embedded#46iles << /Kids [ 5 0 R << /Names [<FEFF00e9> 3 0 R] >> ] >> >>"
    )
    kid = b"<< % a comment\n /Names [(a\\)\\050\\\n(b)\\n) 6 0 R] >>"
    spec = b"<< /EF << /F 4 0 R >> >>"
    pdf = one_file(stream(b"data"), kid, spec, names=names)
    pdf = pdf.replace(b"/F (x) /UF (x) /EF", b"/EF", 1)
    assert "not where it should be" in str(read(page, pdf))  # the table is off by bytes
    found = read(page, one_file(stream(b"data"), kid, spec, names=names))
    assert found == {"x": to_base64(b"data"), "a)((b)\n": to_base64(b"data")}


def test_a_cut_file_is_said_to_be_cut(page: Page) -> None:
    whole = with_files()
    for cut in (3, 7, 200, len(whole) // 2):
        assert "cut" in str(read(page, whole[:-cut]))
    mended = whole[: len(whole) // 2] + b"\nstartxref\n99999999\n%%EOF\n"
    assert "not where it says" in str(read(page, mended))


@pytest.mark.parametrize(
    ("pdf", "reason"),
    [
        (one_file(stream(b"x", length=b"4 0 R")), "refers to itself"),
        (
            one_file(stream(b"x", length=b"5 0 R"), stream(b"y", length=b"4 0 R")),
            "itself",
        ),
        (one_file(stream(b"x", length=b"99999")), "longer than the file"),
        (one_file(stream(b"x", length=b"-1")), "longer than the file"),
        (one_file(stream(b"x", b"/Filter /LZWDecode")), "packed in a way"),
        (one_file(stream(b"no zlib", b"/Filter /FlateDecode")), "changed or cut"),
        (
            one_file(stream(zlib.compress(b"abc" * 99)[:-3], b"/Filter /FlateDecode")),
            "changed or cut",
        ),
        (
            one_file(
                stream(zlib.compress(bytes(STREAM_LIMIT + 1)), b"/Filter /FlateDecode")
            ),
            "more than 64 MiB",
        ),
        (one_file(b"(no stream)"), "packed in a way"),
    ],
)
def test_a_file_that_cannot_be_taken_out_is_named_with_the_reason(
    page: Page, pdf: bytes, reason: str
) -> None:
    found = read(page, pdf)
    said = found if isinstance(found, str) else found["x"]
    assert reason in said


@pytest.mark.parametrize(
    ("pdf", "reason"),
    [
        (written([b"<< /Names " + b"[" * 5000 + b" >>"]), "too deeply"),
        (written([b"<< /Names " + b"<< /A " * 5000 + b" >>"]), "too deeply"),
        (written([b"<< >>"]), "no attached files"),
        (written([b"<< >>"], trailer=b"/Encrypt 1 0 R"), "encrypted"),
        (written([b"<< >>"], trailer=b"/Prev 0"), "cannot be read|belongs|not where"),
        (written([b"<< >>"], root=7), "no catalogue"),
        (
            one_file(b"<<>>", names=b"<< /EmbeddedFiles 2 0 R /Kids [2 0 R] >>"),
            "not end",
        ),
        (
            one_file(
                stream(b"x"),
                names=b"<< /EmbeddedFiles << /Names [(x) 3 0 R (y) 3 0 R] >> >>",
            ),
            "two attached files have the name x",
        ),
        (written([b"<< /Names " + b"x" * 500 + b" >>"]), "too long"),
        (written([b"<< /Names (never closed >>"]), "ends within a string"),
    ],
)
def test_a_file_made_to_harm_is_refused_with_a_reason(
    page: Page, pdf: bytes, reason: str
) -> None:
    said = str(read(page, pdf))
    assert any(each in said for each in reason.split("|")), said


def test_tables_that_go_in_a_circle_end(page: Page) -> None:
    pdf = written([b"<< >>"])
    at = pdf.rindex(b"xref\n0 ")
    looped = pdf.replace(b"/Size 2 ", b"/Size 2 /Prev %d " % at)
    assert "in a circle" in str(read(page, looped))


def test_small_files_that_unpack_to_much_share_one_budget(page: Page) -> None:
    bomb = stream(zlib.compress(bytes(60 << 20)), b"/Filter /FlateDecode")
    specs, pairs, objects = [], [], [b"<< /Names 2 0 R >>"]
    for n in range(5):
        pairs.append(b"(%d) %d 0 R" % (n, 3 + n))
        specs.append(b"<< /EF << /F %d 0 R >> >>" % (8 + n))
    names = b"<< /EmbeddedFiles << /Names [" + b" ".join(pairs) + b"] >> >>"
    objects += [names, *specs, *[bomb] * 5]
    found = page.evaluate(
        READ.replace("toBase64(each)", "String(each.length)"),
        to_base64(written(objects)),
    )
    said = dict(found)
    assert [said[str(n)] for n in range(4)] == [str(60 << 20)] * 4
    assert "more than 256 MiB" in said["4"]


def test_bytes_flipped_anywhere_never_break_the_reader(page: Page) -> None:
    whole = with_files(object_stream_mode=pikepdf.ObjectStreamMode.generate)
    for at in range(0, len(whole), max(1, len(whole) // 120)):
        bent = bytearray(whole)
        bent[at] ^= 0x15
        assert isinstance(read(page, bytes(bent)), (dict, str))
