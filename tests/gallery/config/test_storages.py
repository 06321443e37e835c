"""Files lie on local disk, or in a bucket that an address describes."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from gallery.config.storages import storage_for


def test_without_an_address_files_lie_in_the_data_folder(tmp_path: Path) -> None:
    storage = storage_for("originals", "", tmp_path)
    assert storage["OPTIONS"]["location"] == str(tmp_path / "originals")
    assert storage["OPTIONS"]["base_url"] is None  # no address leads past the permission check


def test_an_s3_address_names_bucket_prefix_service_and_keys(tmp_path: Path) -> None:
    url = "s3://KEY:se%2Fcret@photos/home?endpoint=https://s3.example.org&region=eu-1"
    options = storage_for("originals", url, tmp_path)["OPTIONS"]
    assert options["bucket_name"] == "photos"
    assert options["location"] == "home/originals"
    assert options["endpoint_url"] == "https://s3.example.org"
    assert options["region_name"] == "eu-1"
    assert (options["access_key"], options["secret_key"]) == ("KEY", "se/cret")


def test_files_in_a_bucket_are_private(tmp_path: Path) -> None:
    options = storage_for("originals", "s3://photos", tmp_path)["OPTIONS"]
    assert options["default_acl"] is None
    assert options["querystring_auth"] is True
    assert options["location"] == "originals"


@pytest.mark.parametrize("url", ["ftp://host/photos", "photos", "s3://"])
def test_an_address_that_makes_no_sense_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL must look like"):
        storage_for("originals", url, tmp_path)
