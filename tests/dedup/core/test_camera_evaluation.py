import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dedup.core.camera_evaluation import (
    area_under_curve,
    evaluate,
    read_pairs,
    redundant_found,
    separation,
)

SHARED = Path(__file__).parents[4] / "shared" / "data" / "camera"


def write_pairs(path: Path, rows: list[tuple[str, str, str, str]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("frame_a", "frame_b", "label", "what"))
        writer.writerows(rows)
    return path


def save_frame(path: Path, *, car: bool, seed: int, light: float = 1.0) -> None:
    scene = np.random.default_rng(1).integers(40, 160, (24, 32)).astype(np.float32)
    frame = np.kron(scene, np.ones((10, 10))) * light
    if car:
        frame[150:180, 120:170] = 235
    frame += np.random.default_rng(seed).normal(0, 1, frame.shape)
    levels = np.clip(frame, 0, 255).astype(np.uint8)
    Image.fromarray(levels).convert("RGB").save(path)


def test_redundant_above_every_changed_frame_is_a_perfect_separation() -> None:
    found = separation(np.array([0.9, 0.8, 0.2, 0.1]), np.array([True, True, False, False]))
    assert (found.auc, found.redundant_found_at_2_percent) == (1.0, 1.0)
    assert (found.redundant, found.changed) == (2, 2)


def test_ties_count_half() -> None:
    assert area_under_curve(np.zeros(4), np.array([True, True, False, False])) == 0.5


def test_only_the_allowed_share_of_changed_frames_may_be_lost() -> None:
    # 100 changed frames score 0 to 99; the redundant ones lie between the highest of them.
    scores = np.concatenate([np.arange(100), [98.5, 97.5, 96.5, 10]])
    redundant = np.arange(104) >= 100
    assert redundant_found(scores, redundant, lost=0.01) == 0.25
    assert redundant_found(scores, redundant, lost=0.02) == 0.5
    assert redundant_found(scores, redundant, lost=0.0) == 0.0


def test_figures_without_one_of_the_labels_are_not_numbers() -> None:
    assert np.isnan(separation(np.array([1.0]), np.array([True])).auc)


def test_evaluation_tells_light_from_a_car_and_lists_what_it_cannot_read(tmp_path: Path) -> None:
    save_frame(tmp_path / "empty.png", car=False, seed=1)
    save_frame(tmp_path / "dim.png", car=False, seed=2, light=0.7)
    save_frame(tmp_path / "car.png", car=True, seed=3)
    (tmp_path / "broken.png").write_bytes(b"no picture at all")
    Image.new("RGB", (90, 30), (9, 9, 9)).save(tmp_path / "wide.png")
    pairs = write_pairs(
        tmp_path / "pairs.csv",
        [
            ("empty.png", "dim.png", "redundant", "darker"),
            ("empty.png", "car.png", "changed", "small: a car"),
            ("empty.png", "broken.png", "changed", ""),
            ("empty.png", "missing.png", "redundant", ""),
            ("empty.png", "wide.png", "changed", ""),
            ("car.png", "dim.png", "unsure", ""),
        ],
    )
    figures = evaluate(pairs, tmp_path)
    assert figures.auc == 1.0
    assert len(figures.scores) == 3
    assert [reason.split(":")[0] for reason in figures.unreadable] == [
        "broken.png",
        "missing.png",
        "empty.png, wide.png",
    ]
    assert figures.without_small.changed == 0
    assert "classic frame score" in figures.compared and "dhash256" in figures.compared
    stored = figures.to_json()
    assert {
        "auc",
        "redundant_found_at_1_percent",
        "redundant_found_at_2_percent",
        "unreadable",
    } <= stored.keys()


def test_a_pairs_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("image_a,image_b,similar,kind\n")
    with pytest.raises(ValueError, match="frame_a"):
        read_pairs(path)


@pytest.mark.benchmark
@pytest.mark.skipif(not SHARED.exists(), reason="the judged camera frames are not here")
def test_the_engine_keeps_its_figures_on_the_judged_frames() -> None:
    figures = evaluate(SHARED / "pairs.csv", SHARED / "labelled", compare_with_field=False)
    assert figures.unreadable == ()
    assert figures.auc >= 0.95
    assert figures.redundant_found_at_2_percent >= 0.7
