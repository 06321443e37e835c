"""Measures the similarity engine on pairs that people have judged."""

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from dedup.core import camera_evaluation, labelled_pairs, similarity_evaluation
from dedup.core.camera_evaluation import JudgedPair
from dedup.core.labelled_pairs import Measured
from dedup.core.similarity_evaluation import SimilarityFigures
from dedup.core.values import Floats

ROUNDED = 4


class Command(BaseCommand):
    help = (
        "Scores the pairs of a file (image_a,image_b,similar,kind) with the product's own engine "
        "and prints how right the scores are; with --camera, of frames (frame_a,frame_b,label)."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pairs", type=Path, metavar="PAIRS.csv")
        parser.add_argument("--images", type=Path, required=True, help="folder of the pictures")
        parser.add_argument("--json", type=Path, help="also write the figures to this file")
        parser.add_argument("--scores", type=Path, help="also write each pair with its percent")
        parser.add_argument("--camera", action="store_true", help="frames of fixed cameras")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["images"].is_dir():
            raise CommandError(f"There is no folder {options['images']}.")
        try:
            figures = self._camera(options) if options["camera"] else self._similarity(options)
        except (OSError, ValueError) as problem:
            raise CommandError(str(problem)) from None
        if options["json"]:
            options["json"].write_text(
                json.dumps(_rounded(figures), indent=1) + "\n", encoding="utf-8"
            )

    def _similarity(self, options: dict[str, Any]) -> dict[str, Any]:
        pairs = labelled_pairs.read_pairs(options["pairs"])
        measured = labelled_pairs.measure_pairs(
            pairs, options["images"], on_progress=self._bar("Pictures")
        )
        found, percent = similarity_evaluation.evaluate(
            measured, options["images"], on_progress=self._bar("Grading")
        )
        if options["scores"]:
            _write_scores(options["scores"], measured, percent)
        self._print_similarity(found)
        return asdict(found)

    def _print_similarity(self, found: SimilarityFigures) -> None:
        default = f"the default threshold of {found.default_threshold:.0f} %"
        low, middle, high = found.quarters
        self._line("Pairs, pictures", f"{found.pairs}, {found.pictures}")
        self._line("Average precision", f"{found.ap:.4f}")
        self._line("Recall at 99 % precision", f"{found.recall_at_precision_99:.3f}")
        for kind, recall in found.recall_by_kind.items():
            self._line(f"  of {kind}", f"{recall:.3f}")
        self._line(f"Precision at {default}", f"{found.precision_at_default:.4f}")
        self._line(f"Recall at {default}", f"{found.recall_at_default:.3f}")
        self._line("Quarters of the similar pairs", f"{low:.1f}, {middle:.1f}, {high:.1f} %")
        self._line("Grading", f"{found.grading:.3f}")
        for change, correlation in found.grading_by_change.items():
            self._line(f"  of {change}", f"{correlation:.3f}")
        share = f"{found.local_share:.0%} of the pictures"
        self._line(f"Time per picture, local features of {share}", f"{found.ms_per_picture:.1f} ms")
        self._line("  with local features of all", f"{found.ms_per_picture_with_local:.1f} ms")
        self._line("Time per settled pair", f"{found.us_per_pair:.1f} µs")
        share = f"{found.undecided_share:.1%} of the pairs"
        self._line(f"Time per undecided pair, {share}", f"{found.ms_per_undecided_pair:.2f} ms")
        self._print_unreadable(found.unreadable)

    def _camera(self, options: dict[str, Any]) -> dict[str, Any]:
        found = camera_evaluation.evaluate(options["pairs"], options["images"])
        if options["scores"]:
            _write_frame_scores(options["scores"], found.scores)
        self._line("Area under the curve", f"{found.auc:.4f}")
        for percent in (1, 2):
            share = getattr(found, f"redundant_found_at_{percent}_percent")
            self._line(f"Redundant found when {percent} in 100 changed are lost", f"{share:.3f}")
        self._line("Area under the curve, without small changes", f"{found.without_small.auc:.4f}")
        for name, separation in found.compared.items():
            self._line(f"  of {name} alone", f"{separation.auc:.4f}")
        self._print_unreadable(found.unreadable)
        return {name: value for name, value in asdict(found).items() if name != "scores"}

    def _print_unreadable(self, unreadable: tuple[str, ...]) -> None:
        self._line("Unreadable pictures", str(len(unreadable)))
        for line in unreadable:
            self.stdout.write(f"  {line}")

    def _line(self, what: str, value: str) -> None:
        self.stdout.write(f"{what:<55} {value}")

    def _bar(self, label: str) -> Callable[[Iterable[str]], Iterable[str]]:
        """A progress bar on the error stream, and only for a person who looks."""
        return lambda names: tqdm(names, desc=label, disable=None, leave=False)


def _write_scores(path: Path, measured: Measured, percent: Floats) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["image_a", "image_b", "similar", "kind", "percent"])
        for pair, score in zip(measured.pairs, percent.tolist(), strict=True):
            similar = int(pair.similar)
            writer.writerow([pair.image_a, pair.image_b, similar, pair.kind, f"{score:.3f}"])


def _write_frame_scores(path: Path, scores: Sequence[tuple[JudgedPair, float]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["frame_a", "frame_b", "label", "what", "percent"])
        for pair, score in scores:
            writer.writerow([pair.frame_a, pair.frame_b, pair.label, pair.what, f"{score:.3f}"])


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, ROUNDED) if value != float("inf") else None
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(each) for each in value]
    return value
