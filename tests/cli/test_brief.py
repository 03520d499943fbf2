from __future__ import annotations

import io

import docx
import pytest


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_to_the_standard_output(call, full, published_dir, lang):
    done = call("brief", "region/CN-GS", "--lang", lang, "--layers", "stated", folder=published_dir)
    assert done.code == 0
    assert done.out == full.brief("region/CN-GS", lang=lang, layers="stated").text


@pytest.mark.parametrize(
    ("name", "options", "format"),
    [("b.md", [], "markdown"), ("b.html", [], "html"), ("b.HTM", [], "html"),
     ("b.docx", [], "docx"), ("b.txt", ["--format", "html"], "html"),
     ("b.html", ["--format", "markdown"], "markdown")],
)  # fmt: skip
def test_the_ending_of_the_file_tells_the_format(
    call, full, published_dir, tmp_path, name, options, format
):
    file = tmp_path / name
    done = call("brief", "宝武集团", file, "--limit", 3, *options, folder=published_dir)
    assert (done.code, done.out) == (0, "")
    assert name in done.err.replace("\n", "")
    assert file.read_bytes() == full.brief("org/baowu", format=format, limit=3).content
    assert list(tmp_path.iterdir()) == [file]


def test_a_real_process_writes_a_word_document(command, published_dir, tmp_path):
    file = tmp_path / "简报.docx"
    done = command("brief", "region/CN-GS", file, folder=published_dir)
    assert done.code == 0, done.err
    assert docx.Document(io.BytesIO(file.read_bytes())).paragraphs[0].text == "甘肃省合作情况简报"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["no/such"], 2), (["region/CN-GS", "--format", "pdf"], 2),
     (["region/CN-GS", "--lang", "fr"], 2), (["region/CN-GS", "--limit", "0"], 2), ([], 2)],
)  # fmt: skip
def test_what_cannot_be_asked_is_told(call, published_dir, arguments, code):
    done = call("brief", *arguments, folder=published_dir)
    assert done.code == code
    assert done.err
    assert "Traceback" not in done.err


def test_a_file_that_cannot_be_written_is_told(call, published_dir, tmp_path):
    done = call("brief", "region/CN-GS", tmp_path / "none" / "b.md", folder=published_dir)
    assert done.code == 3
    assert "Traceback" not in done.err
