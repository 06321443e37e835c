"""Whatever a sender says, the answer is a refusal or a success: never an error of the server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gallery.importing import uploads
from gallery.models import User
from tests.gallery.views.tus_requests import BODY_TYPE, ask, create, metadata

pytestmark = pytest.mark.django_db

BOUNDED = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
# What may stand in a header: a web server lets no line ends and no NUL through.
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=80)
NUMBERS = st.one_of(st.integers(-3, 40).map(str), st.integers(0, 10**30).map(str), TEXTS)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Upload_Length": NUMBERS,
        "Upload_Offset": NUMBERS,
        "Upload_Defer_Length": NUMBERS,
        "Upload_Metadata": st.one_of(st.just(metadata()), TEXTS),
        "Upload_Checksum": st.one_of(TEXTS.map("sha1 {}".format), TEXTS),
        "Tus_Resumable": st.one_of(st.just("1.0.0"), TEXTS),
        "Content_Type": st.one_of(st.just(BODY_TYPE), TEXTS),
        "X_HTTP_Method_Override": st.one_of(st.sampled_from(["PATCH", "HEAD", "DELETE"]), TEXTS),
    },
)
METHODS = st.sampled_from(["POST", "PATCH", "HEAD", "DELETE", "OPTIONS", "GET", "PUT"])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
OFFERED = st.fixed_dictionaries(
    {},
    optional={
        "name": st.one_of(st.text(max_size=40), ANY_JSON),
        "size": st.one_of(st.integers(), ANY_JSON),
        "sha256": st.one_of(st.just("ab" * 32), ANY_JSON),
        "modified": st.one_of(st.integers(), ANY_JSON),
    },
)


def test_no_headers_break_the_server(alice_client: Client, alice: User) -> None:
    run = uploads.begin(alice)
    address = create(alice_client, run, 20)["Location"]

    @given(METHODS, st.booleans(), HEADERS, st.binary(max_size=30))
    @BOUNDED
    def is_answered(method: str, is_new: bool, headers: dict[str, Any], data: bytes) -> None:
        place = f"/imports/{run.pk}/uploads/" if is_new else address
        answer = ask(alice_client, method, place, data, **headers)
        assert answer.status_code < 500 or answer.status_code == 507
        assert answer["Tus-Resumable"] == "1.0.0"

    is_answered()


def test_no_offer_breaks_the_server(alice_client: Client, alice: User) -> None:
    run = uploads.begin(alice)

    @given(st.one_of(ANY_JSON, st.fixed_dictionaries({"files": st.lists(OFFERED, max_size=5)})))
    @BOUNDED
    def is_answered(offer: Any) -> None:
        answer = alice_client.post(
            f"/imports/{run.pk}/offer/", json.dumps(offer), content_type="application/json"
        )
        assert answer.status_code in {200, 422}

    is_answered()
