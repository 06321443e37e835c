"""manage.py evaluate_similarity: the figures, the files it writes, and what it refuses."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from dedup.core import similarity_evaluation
from tests import pictures

KEYS = {
    "ap",
    "recall_at_precision_99",
    "default_threshold",
    "precision_at_default",
    "recall_at_default",
    "grading",
    "recall_by_kind",
    "ms_per_picture",
    "ms_per_picture_with_local",
    "local_share",
    "us_per_pair",
    "unreadable",
}
CAMERA_KEYS = {
    "auc",
    "redundant_found_at_1_percent",
    "redundant_found_at_2_percent",
    "unreadable",
}


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three scenes, each with a shifted shot, and a file of all pairs between them."""
    monkeypatch.setattr(similarity_evaluation, "GRADED_PICTURES", 1)
    rows = []
    for seed in range(3):
        scene = pictures.scene(seed, (480, 360))
        scene.save(tmp_path / f"{seed}a.jpg", quality=90)
        pictures.shifted(scene, 8).save(tmp_path / f"{seed}b.png")
        rows.append((f"{seed}a.jpg", f"{seed}b.png", "1", "burst"))
        rows += [(f"{seed}a.jpg", f"{other}a.jpg", "0", "random") for other in range(seed)]
    write_pairs(tmp_path, rows)
    return tmp_path


def write_pairs(folder: Path, rows: Sequence[tuple[str, ...]]) -> None:
    with (folder / "pairs.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("image_a", "image_b", "similar", "kind"), *rows])


def evaluate(folder: Path, **options: object) -> str:
    out = io.StringIO()
    call_command(
        "evaluate_similarity", str(folder / "pairs.csv"), images=folder, stdout=out, **options
    )
    return out.getvalue()


def test_the_figures_are_printed_and_written_under_their_names(judged: Path) -> None:
    printed = evaluate(judged, json=judged / "figures.json")
    figures = json.loads((judged / "figures.json").read_text())
    assert figures.keys() >= KEYS
    assert figures["ap"] == 1.0
    assert figures["recall_at_precision_99"] == 1.0
    assert figures["recall_by_kind"] == {"burst": 1.0}
    assert figures["grading"] > 0.9
    assert figures["unreadable"] == []
    assert figures["ms_per_picture"] > 0 < figures["us_per_pair"]
    assert "Average precision" in printed
    assert "1.0000" in printed


def test_each_pair_is_written_with_its_percent(judged: Path) -> None:
    evaluate(judged, scores=judged / "scores.csv")
    with (judged / "scores.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert all(float(row["percent"]) > 50 for row in rows if row["similar"] == "1")
    assert all(float(row["percent"]) < 50 for row in rows if row["similar"] == "0")


def test_unreadable_pictures_are_listed_with_the_reason_and_not_fatal(judged: Path) -> None:
    (judged / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    write_pairs(
        judged,
        [
            ("0a.jpg", "0b.png", "1", "burst"),
            ("0a.jpg", "1a.jpg", "0", "random"),
            ("0a.jpg", "broken.jpg", "1", "burst"),
            ("0a.jpg", "missing.jpg", "0", "random"),
        ],
    )
    printed = evaluate(judged, json=judged / "figures.json")
    unreadable = json.loads((judged / "figures.json").read_text())["unreadable"]
    assert [line.split(":")[0] for line in unreadable] == ["broken.jpg", "missing.jpg"]
    assert all(line.split(":", 1)[1].strip() for line in unreadable)
    assert "broken.jpg" in printed


def save_hostile(folder: Path) -> list[str]:
    """Pictures of every mode and of absurd shapes, named after what they are."""
    ramp = np.linspace(0, 255, 64 * 48).reshape(48, 64)
    made = {
        "1x1.png": Image.new("RGB", (1, 1)),
        "1x20000.png": Image.new("RGB", (1, 20000), "red"),
        "black.png": Image.new("RGB", (64, 48)),
        "cmyk.jpg": Image.new("CMYK", (64, 48), (10, 20, 30, 40)),
        "16bit.png": Image.fromarray((ramp * 256).astype(np.uint16)),
        "palette.png": pictures.scene(1, (64, 48)).convert("P"),
        "alpha.png": pictures.scene(1, (64, 48)).convert("RGBA"),
    }
    for name, image in made.items():
        image.save(folder / name)
    still = [pictures.scene(seed, (64, 48)) for seed in range(1, 4)]
    still[0].save(folder / "animated.gif", save_all=True, append_images=still[1:])
    whole = io.BytesIO()
    pictures.scene(1, (480, 360)).save(whole, "JPEG")
    (folder / "truncated.jpg").write_bytes(whole.getvalue()[:2000])
    return [*made, "animated.gif", "truncated.jpg"]


def test_hostile_pictures_get_a_score_or_a_reason(judged: Path) -> None:
    names = save_hostile(judged)
    write_pairs(
        judged,
        [
            ("0a.jpg", "0b.png", "1", "burst"),
            *(("0a.jpg", name, "0", "hostile") for name in names),
        ],
    )
    evaluate(judged, json=judged / "figures.json", scores=judged / "scores.csv")
    with (judged / "scores.csv").open(newline="") as file:
        scored = {row["image_b"]: float(row["percent"]) for row in csv.DictReader(file)}
    unreadable = json.loads((judged / "figures.json").read_text())["unreadable"]
    refused = {line.split(":")[0] for line in unreadable}
    assert set(scored) | refused == {*names, "0b.png"}
    assert not set(scored) & refused
    assert {name: percent for name, percent in scored.items() if percent >= 50}.keys() == {"0b.png"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("image_a,image_b,kind\n", "no column 'similar'", id="column missing"),
        pytest.param(
            "image_a,image_b,similar,kind\na,b,maybe,x\n", "line 2: similar must", id="no label"
        ),
        pytest.param("image_a,image_b,similar,kind\n", "no pair", id="empty"),
    ],
)
def test_a_file_that_is_no_list_of_pairs_is_refused(
    judged: Path, content: str, message: str
) -> None:
    (judged / "pairs.csv").write_text(content)
    with pytest.raises(CommandError, match=message):
        evaluate(judged)


def test_a_missing_folder_or_file_is_refused(judged: Path) -> None:
    with pytest.raises(CommandError, match="no folder"):
        call_command("evaluate_similarity", "pairs.csv", images=judged / "nowhere")
    with pytest.raises(CommandError, match=r"gone\.csv"):
        call_command("evaluate_similarity", str(judged / "gone.csv"), images=judged)


def test_camera_frames_have_figures_of_their_own(judged: Path) -> None:
    view = pictures.scene(5, (480, 360))
    view.save(judged / "day.jpg")
    pictures.brightened(view, 1.1).save(judged / "later.jpg")
    pictures.with_thing(view, (180, 150, 280, 260)).save(judged / "car.jpg")
    with (judged / "pairs.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [
                ("frame_a", "frame_b", "label"),
                ("day.jpg", "later.jpg", "redundant"),
                ("day.jpg", "car.jpg", "changed"),
                ("day.jpg", "gone.jpg", "changed"),
            ]
        )
    evaluate(judged, camera=True, json=judged / "figures.json", scores=judged / "scores.csv")
    figures = json.loads((judged / "figures.json").read_text())
    assert figures.keys() >= CAMERA_KEYS
    assert figures["auc"] == 1.0
    assert len(figures["unreadable"]) == 1
    assert len((judged / "scores.csv").read_text().splitlines()) == 3
