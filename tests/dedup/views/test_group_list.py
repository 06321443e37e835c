"""The list of groups: tabs, filters, going on where one stopped, and many at once."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dedup import bulk_preview, reviewing
from dedup.models import Decision, Scan, SimilarGroup
from gallery import albums
from gallery.models import Job, Photo, User
from gallery.work import runner
from tests.dedup.library import make_measured, scanned
from tests.factories import NOON, make_camera

pytestmark = pytest.mark.django_db

Kind = SimilarGroup.Kind


@pytest.fixture
def library(alice: User) -> Scan:
    """Three bursts a day apart, by two cameras in two folders, and one scene."""
    for number, (name, folder) in enumerate([("A", "one"), ("B", "two/three"), ("B", "two")]):
        camera = alice.cameras.filter(name=name).first() or make_camera(alice, name)
        for shot in range(2):
            make_measured(
                alice,
                number,
                after=number * 86400 + shot,
                shot=shot,
                camera=camera,
                source_path=f"{folder}/{number}{shot}.jpg",
            )
    for shot in range(2):
        make_measured(alice, 3, after=9 * 86400 + 30 * shot, shot=shot)
    return scanned(alice)


def shown(client: Client, **query: Any) -> list[int]:
    page = client.get(reverse("dedup:groups"), query).content.decode()
    return [int(pk) for pk in re.findall(r'data-group="(\d+)"', page)]


def tab_counts(client: Client) -> dict[str, int]:
    page = client.get(reverse("dedup:groups")).content.decode()
    found = re.findall(r'tabs__item[^>]*>([^<]+) <span class="tabs__count">([\d,]+)<', page)
    return {title.strip(): int(count) for title, count in found}


def test_each_open_group_is_on_exactly_one_tab(alice_client: Client, library: Scan) -> None:
    counts = tab_counts(alice_client)
    assert list(counts) == [
        "Exact copies",
        "Same picture",
        "Bursts",
        "Scenes",
        "Sets to keep",
    ]
    assert sum(counts.values()) == SimilarGroup.objects.open().count() == 4
    by_tab = [shown(alice_client, kind=kind) for kind in Kind]
    assert [len(groups) for groups in by_tab] == list(counts.values()) == [0, 0, 3, 1, 0]
    assert len({pk for groups in by_tab for pk in groups}) == 4


def test_the_first_tab_with_something_to_do_is_shown_first(
    alice: User, alice_client: Client, library: Scan
) -> None:
    assert len(shown(alice_client)) == 3
    for group in library.groups.filter(kind=Kind.BURST):
        reviewing.keep_all(group, alice)
    assert shown(alice_client) == [library.groups.get(kind=Kind.SCENE).pk]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        pytest.param({"folder": "one"}, [0], id="folder"),
        pytest.param({"folder": "two"}, [1, 2], id="folder with what is in it"),
        pytest.param({"folder": "tw"}, [], id="no half names"),
        pytest.param({"from": str(NOON.date() + dt.timedelta(days=1))}, [1, 2], id="from"),
        pytest.param({"to": str(NOON.date())}, [0], id="to"),
        pytest.param({"from": "nonsense", "camera": "x", "sort": "no"}, [0, 1, 2], id="nonsense"),
    ],
)
def test_filters_narrow_the_list(
    alice_client: Client, library: Scan, query: dict[str, str], places: list[int]
) -> None:
    bursts = [row.pk for row in library.groups.filter(kind=Kind.BURST).order_by("first_taken_at")]
    found = shown(alice_client, kind="burst", **{"sort": "oldest"} | query)
    assert sorted(found) == sorted(bursts[place] for place in places)


def test_groups_are_filtered_by_camera_and_album(
    alice: User, alice_client: Client, library: Scan
) -> None:
    camera = alice.cameras.get(name="B")
    found = shown(alice_client, kind="burst", camera=camera.pk)
    assert set(found) == set(library.groups.filter(camera=camera).values_list("pk", flat=True))
    album = albums.create(alice, "Best")
    group = library.groups.filter(kind=Kind.BURST).latest("pk")
    members = Photo.objects.filter(pk__in=group.members.values("photo")[:1])
    albums.put_in(members, album, by=alice)
    assert shown(alice_client, kind="burst", album=album.pk) == [group.pk]


def test_the_desk_goes_on_inside_the_filters_of_the_list(
    alice: User, alice_client: Client, library: Scan
) -> None:
    """Burst 0 is in folder "one", bursts 1 and 2 are in "two"; between 1 and 2 nothing else."""
    zero, one, two = library.groups.filter(kind=Kind.BURST).order_by("first_taken_at")
    query = "kind=burst&folder=two&sort=oldest"
    page = alice_client.get(f"{one.get_absolute_url()}?{query}").content.decode()
    said = dict(re.findall(r'data-(next|previous|list|total)="([^"]*)"', page))
    assert said["next"].startswith(two.get_absolute_url())
    assert "folder=two" in said["next"]
    assert said["previous"] == ""
    assert "folder=two" in said["list"]
    assert said["total"] == "2"
    strip = alice_client.get(f"{reverse('dedup:beside', args=[one.pk])}?{query}&way=around")
    beside = [int(pk) for pk in re.findall(r'data-beside-group="(\d+)"', strip.content.decode())]
    assert beside == [one.pk, two.pk]
    decided = alice_client.post(reverse("dedup:keep-all", args=[one.pk]), {"list": query})
    assert decided["Location"] == f"{two.get_absolute_url()}?kind=burst&folder=two&sort=oldest"
    last = alice_client.post(reverse("dedup:keep-all", args=[two.pk]), {"list": query})
    assert last["Location"].startswith(reverse("dedup:groups"))
    assert "folder=two" in last["Location"]
    assert zero in SimilarGroup.objects.open()


def test_a_quick_decision_leads_back_to_the_same_list(alice_client: Client, library: Scan) -> None:
    group = library.groups.filter(kind=Kind.BURST).latest("pk")
    fields = {"back": "list", "list": "kind=burst&folder=two&sort=oldest"}
    answer = alice_client.post(reverse("dedup:keep-all", args=[group.pk]), fields)
    assert answer["Location"].startswith(f"{reverse('dedup:groups')}?kind=burst&folder=two")


@pytest.mark.parametrize("sort", ["ease", "space", "likeness", "count", "date", "camera"])
def test_the_place_of_a_group_is_the_one_it_has_in_the_list(
    alice_client: Client, library: Scan, sort: str
) -> None:
    listed = shown(alice_client, kind="burst", sort=sort)
    for number, pk in enumerate(listed, start=1):
        page = alice_client.get(reverse("dedup:group", args=[pk]), {"kind": "burst", "sort": sort})
        assert f'data-title="Group {number} of 3"' in page.content.decode()


def test_decided_groups_are_shown_when_asked_for(
    alice: User, alice_client: Client, library: Scan
) -> None:
    group = library.groups.filter(kind=Kind.BURST).latest("pk")
    reviewing.accept_suggestion(group, alice)
    assert group.pk not in shown(alice_client, kind="burst")
    assert shown(alice_client, kind="burst", shown="decided") == [group.pk]
    assert len(shown(alice_client, kind="burst", shown="both")) == 3


def test_the_filters_are_offered_with_what_this_scan_has(
    alice_client: Client, bob_client: Client, library: Scan
) -> None:
    form = alice_client.get(reverse("dedup:group-filters")).content.decode()
    for text in (">A<", ">B<", "two/three"):
        assert text in form
    other = bob_client.get(reverse("dedup:group-filters"), {"scan": library.pk})
    assert other.status_code == 404


def test_reopening_the_list_goes_on_at_the_next_group(
    alice: User, alice_client: Client, library: Scan
) -> None:
    first, second, _ = shown(alice_client, kind="burst", sort="oldest")
    assert (
        "Go on where you stopped" not in alice_client.get(reverse("dedup:groups")).content.decode()
    )
    reviewing.keep_all(SimilarGroup.objects.get(pk=first), alice)
    page = alice_client.get(reverse("dedup:groups")).content.decode()
    assert "bursts, group 2 of 3 · 33 % done" in page
    address = reverse("dedup:group", args=[second])
    assert f'href="{address}?kind=burst&amp;sort=oldest"' in page


def preview_of(client: Client, **fields: Any) -> tuple[Job, str]:
    answer = client.post(reverse("dedup:bulk"), fields)
    job = runner.drain(Job.objects.get(kind=bulk_preview.KIND), processes=0)
    page = " ".join(client.get(answer["Location"]).content.decode().split())
    return job, re.sub(r"<[^>]+>", "", page)


def test_accepting_in_all_that_match_is_previewed_first_and_undone_in_one(
    alice: User, alice_client: Client, bob_client: Client, library: Scan
) -> None:
    job, page = preview_of(alice_client, act="accept", all="1", kind="burst", scan=library.pk)
    assert "Move 3 photos from 3 groups to the trash, and keep 3." in page
    assert "0 groups would be left empty. You can undo this for 30 days." in page
    assert not Decision.objects.exists()
    assert not Photo.objects.in_trash().exists()
    do = reverse("dedup:bulk-do", args=[job.pk])
    assert bob_client.post(do).status_code == 404
    answer = alice_client.post(do)
    done = runner.drain(Job.objects.latest("pk"), processes=0)
    assert (done.done, done.failed) == (3, 0)
    assert Photo.objects.in_trash().count() == 3
    assert (
        "Of 2 similar photos kept 1, 1 to the trash"
        in alice_client.get(answer["Location"]).content.decode()
    )
    alice_client.post(reverse("gallery:undo-job", args=[done.pk]))
    runner.drain(Job.objects.latest("pk"), processes=0)
    assert not Photo.objects.in_trash().exists()
    assert SimilarGroup.objects.open().count() == 4


def test_each_group_of_a_bulk_decision_has_its_result(
    alice: User, alice_client: Client, library: Scan
) -> None:
    rows = list(library.groups.filter(kind=Kind.BURST).order_by("pk"))
    reviewing.keep_all(rows[0], alice)
    ids = [row.pk for row in rows]
    job, page = preview_of(alice_client, act="keep_all", group=ids, scan=library.pk)
    assert "Keep all 4 photos of 2 groups." in page
    assert "1 of those you chose is settled already." in page
    alice_client.post(reverse("dedup:bulk-do", args=[job.pk]))
    done = runner.drain(Job.objects.latest("pk"), processes=0)
    answer: Any = alice_client.get(reverse("dedup:bulk-csv", args=[done.pk]))
    found = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert sorted((int(row["group"]), row["result"]) for row in found) == [
        (ids[0], "nothing_to_do"),
        (ids[1], "done"),
        (ids[2], "done"),
    ]
    answer = alice_client.get(reverse("dedup:bulk-json", args=[done.pk]))
    assert [str(row["group"]) for row in json.loads(answer.getvalue())] == [
        row["group"] for row in found
    ]


def test_nothing_ticked_is_said_in_words(alice_client: Client, library: Scan) -> None:
    answer = alice_client.post(
        reverse("dedup:bulk"), {"act": "accept", "scan": library.pk}, follow=True
    )
    assert "Tick the groups first" in answer.content.decode()
    assert not Job.objects.filter(kind=bulk_preview.KIND).exists()


def test_groups_of_others_are_not_decided(bob: User, bob_client: Client, library: Scan) -> None:
    group = library.groups.latest("pk")
    answer = bob_client.post(
        reverse("dedup:bulk"), {"act": "accept", "scan": library.pk, "group": group.pk}
    )
    assert answer.status_code == 404
