from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gallery.core.pictures import Limits, Problem, UnreadablePicture
from gallery.decoding import decoder as decoding
from gallery.decoding import decoder_process
from gallery.decoding.decoder import Decoder
from tests.factories import write_picture
from tests.pictures import scene

NOW = "2024-05-17T12:00:00+00:00"


@pytest.fixture
def decoder() -> Iterator[Decoder]:
    made = Decoder(Limits())
    yield made
    made.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return write_picture(tmp_path / "IMG_20240517_103000.jpg", scene(1, (1600, 1200)))


def read(decoder: Decoder, path: Path) -> decoding.ReadFile:
    return decoder.read(path, ("grid", "preview"), name=path.name, now=NOW)


def test_it_tells_facts_dates_and_small_copies(decoder: Decoder, picture: Path) -> None:
    found = read(decoder, picture)
    assert (found.facts["width"], found.facts["height"]) == (1600, 1200)
    assert found.facts["format"] == "JPEG"
    assert [each["source"] for each in found.facts["candidates"]] == ["name"]
    assert set(found.derivatives) == {"grid", "preview"}
    assert all(data.startswith(b"\xff\xd8") for data in found.derivatives.values())
    assert len(found.derivatives["grid"]) < len(found.derivatives["preview"])


def test_a_bad_file_is_refused_with_its_reason_and_the_next_one_is_read(
    decoder: Decoder, picture: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(picture.read_bytes()[:5000])
    with pytest.raises(UnreadablePicture, match="cut off") as refused:
        read(decoder, bad)
    assert refused.value.code == Problem.TRUNCATED
    assert read(decoder, picture).facts["width"] == 1600


def test_a_file_that_kills_the_decoder_is_refused_and_the_next_one_is_read(
    decoder: Decoder, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Decoder._receive

    def dies(self: Decoder, length: int, deadline: float) -> bytes:
        assert self._process is not None
        self._process.kill()
        return original(self, length, deadline)

    with monkeypatch.context() as patched:
        patched.setattr(Decoder, "_receive", dies)
        with pytest.raises(UnreadablePicture, match="crashed the decoder"):
            read(decoder, picture)
    assert read(decoder, picture).facts["width"] == 1600


def test_a_file_that_takes_too_long_is_refused(
    decoder: Decoder, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "SECONDS_PER_FILE", 0.0)
    with pytest.raises(UnreadablePicture, match="took longer"):
        read(decoder, picture)


def test_a_picture_that_needs_more_memory_than_allowed_is_refused(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = write_picture(tmp_path / "large.png", Image.new("RGB", (8000, 8000)))
    monkeypatch.setattr(decoding, "MEMORY_BYTES", 250 * 1024**2)
    small = Decoder(Limits())
    try:
        assert read(small, picture).facts["width"] == 1600
        with pytest.raises(UnreadablePicture, match="memory"):
            read(small, large)
    finally:
        small.close()


def test_a_file_that_is_gone_is_told_apart_from_a_bad_picture(
    decoder: Decoder, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        read(decoder, tmp_path / "gone.jpg")


def test_a_mistake_of_ours_is_not_blamed_on_the_file(decoder: Decoder, picture: Path) -> None:
    with pytest.raises(decoding.DecoderFailed, match="ValueError"):
        decoder.read(picture, ("grid",), name=picture.name, now="no time at all")


def test_each_process_and_thread_has_a_decoder_of_its_own(settings: Any) -> None:
    assert decoding.decoder() is decoding.decoder()


def test_a_picture_is_decoded_while_its_caller_does_something_else(
    decoder: Decoder, picture: Path
) -> None:
    decoder.begin(picture, ("grid",), name=picture.name, now=NOW)
    with pytest.raises(RuntimeError, match="in its hands"):
        decoder.begin(picture, ("grid",), name=picture.name, now=NOW)
    assert decoder.finish().facts["width"] == 1600
    with pytest.raises(RuntimeError, match="No file was begun"):
        decoder.finish()


def test_a_decoder_that_died_with_a_picture_in_its_hands_is_asked_again(
    decoder: Decoder, picture: Path
) -> None:
    read(decoder, picture)
    process = decoder._process
    assert process
    process.kill()
    process.wait()
    decoder.begin(picture, ("grid",), name=picture.name, now=NOW)
    assert decoder.finish().facts["width"] == 1600


def test_a_decoder_that_dies_before_it_is_asked_is_asked_twice_and_no_more(
    decoder: Decoder, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, asked = Decoder._send, []

    def in_vain(self: Decoder, request: dict[str, Any]) -> Any:
        asked.append(request["name"])
        self._started().kill()
        self._started().wait()
        return send(self, request)

    monkeypatch.setattr(Decoder, "_send", in_vain)
    with pytest.raises(UnreadablePicture, match="decoder"):
        read(decoder, picture)
    assert asked == [picture.name] * 2


def test_what_was_given_up_is_not_taken_for_the_next_picture(
    decoder: Decoder, picture: Path, tmp_path: Path
) -> None:
    other = write_picture(tmp_path / "other.jpg", scene(2, (800, 600)))
    decoder.begin(picture, ("grid",), name=picture.name, now=NOW)
    decoder.give_up()
    assert read(decoder, other).facts["width"] == 800


def test_a_decoder_starts_without_what_hardly_any_photo_needs() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys, {decoder_process.__name__}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    # Each of them takes longer to load than a photo to decode, and every worker has a decoder.
    assert not {"numpy", "rawpy", "pylibjxl", "asyncio", "django"} & set(loaded)
