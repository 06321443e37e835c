"""Photos come in through the upload page, and are compared by themselves afterwards."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.drawn import SIZE, burst, write_photo
from tests.pictures import encoded, scene, with_exif

BYTES_PER_SECOND = 250_000

# A folder in the browser's own file system is handed out like one that a person has chosen.
REMEMBERED = range(10, 22)
WRITE_FOLDER = """async (photos) => {
    const root = await navigator.storage.getDirectory();
    const holiday = await root.getDirectoryHandle("holiday", { create: true });
    const folders = [holiday, await holiday.getDirectoryHandle("second day", { create: true })];
    for (const [index, photo] of photos.entries()) {
        const folder = folders[index % 2];
        const file = await folder.getFileHandle(`${index}.jpg`, { create: true });
        const writer = await file.createWritable();
        await writer.write(Uint8Array.from(atob(photo), (letter) => letter.charCodeAt(0)));
        await writer.close();
    }
}"""
GIVE_FOLDER = """window.showDirectoryPicker = async () =>
    (await navigator.storage.getDirectory()).getDirectoryHandle("holiday")"""


def test_each_chosen_file_is_sent_with_progress_and_ends_with_one_outcome(
    sign_in: OpenPage, tmp_path: Path
) -> None:
    files = files_of_every_kind(tmp_path)
    page = sign_in("sender")
    page.goto("/upload/")
    slow_down(page)
    choose(page, files)

    expect(page.locator("#queue-headline")).to_have_text(re.compile(r"Sending \d of 8 files"))
    page.wait_for_function("""() => {
        const { value } = document.getElementById("sent-bar");
        return value > 0 && value < 1;
    }""")
    expect(page.locator("[data-part=sentence]")).to_have_text("6 added · 2 refused")
    assert counts(page) == {"": 8, "added": 6, "refused": 2}
    assert "broken.jpg" in row(page, "broken.jpg")
    assert re.search(r"refused: .{15,}", row(page, "broken.jpg"))
    assert re.search(r"refused: .{15,}", row(page, "notes.txt"))

    # A scan has started by itself; the pages lead to what it found.
    page.get_by_role("link", name="See this import").click()
    expect(page.locator(".table tbody tr")).to_have_count(8)
    page.get_by_role("link", name="See the similar groups").click()
    expect(page.locator(".tally")).to_contain_text(re.compile(r"1\s*group found"))
    page.get_by_role("link", name="Review 1 group").click()
    expect(page.locator(".group-row")).to_contain_text("3 photos")


def test_files_sent_again_are_said_to_be_here_already(sign_in: OpenPage, tmp_path: Path) -> None:
    files = [
        write_photo(tmp_path / f"{number}.jpg", scene(number), f"2024:05:0{number} 10:00:00")
        for number in (1, 2)
    ]
    page = sign_in("again", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page.goto("/upload/")
    choose(page, files)
    expect(page.locator("[data-part=sentence]")).to_have_text("2 added")
    page.goto("/upload/")
    choose(page, files)
    expect(page.locator("[data-part=sentence]")).to_have_text("2 already here")
    page.goto("/")
    expect(page.locator(".frame")).to_have_count(2)


def test_a_folder_that_the_browser_remembers_goes_on_by_itself_after_a_reload(
    sign_in: OpenPage,
) -> None:
    page = sign_in("folder")
    page.goto("/upload/")
    photos = [
        with_exif(scene(seed), "JPEG", taken=f"2024:05:{seed} 10:00:00") for seed in REMEMBERED
    ]
    page.evaluate(WRITE_FOLDER, [base64.b64encode(data).decode() for data in photos])
    page.add_init_script(GIVE_FOLDER)
    page.goto("/upload/")
    slow_down(page, BYTES_PER_SECOND // 5)
    page.get_by_role("button", name="Choose a folder").click()
    expect(page.locator("#queue-headline")).to_have_text(re.compile(r"Sending [2-9] of 12 files"))
    page.reload()
    expect(page.locator("[data-part=sentence]")).to_have_text("12 added")
    assert counts(page) == {"": 12, "added": 12}


def test_photos_can_be_sent_without_any_script(sign_in: OpenPage, tmp_path: Path) -> None:
    photo = write_photo(tmp_path / "plain.jpg", scene(7), "2024:05:07 10:00:00")
    page = sign_in("plain", java_script_enabled=False)
    page.goto("/upload/")
    page.locator("[name=files]").set_input_files(photo)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    for _ in range(60):
        if page.locator(".table").get_by_text("added").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.locator(".table tbody tr")).to_contain_text("added")


def files_of_every_kind(folder: Path) -> list[Path]:
    files = [
        write_photo(folder / f"IMG_000{number}.jpg", image, f"2024:05:17 10:00:0{number}")
        for number, image in enumerate(burst(5))
    ]
    other = {
        "IMG_20240518_090000.png": encoded(scene(31, SIZE), "PNG"),
        "phone.heic": with_exif(scene(32), "HEIF", taken="2024:05:19 09:00:00"),
        "IMG_20240520_090000.webp": encoded(scene(33), "WEBP"),
        "broken.jpg": files[0].read_bytes()[:9000],
        "notes.txt": b"no photo, only words\n" * 20,
    }
    for name, data in other.items():
        (folder / name).write_bytes(data)
    return [*files, *(folder / name for name in other)]


def choose(page: Page, files: list[Path]) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose photos").click()
    chooser.value.set_files(files)


def slow_down(page: Page, bytes_per_second: int = BYTES_PER_SECOND) -> None:
    """Send as slowly as a phone far from its mast, so that progress can be seen."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": bytes_per_second,
        },
    )


def counts(page: Page) -> dict[str, int]:
    """The numbers on the buttons that filter the list, by outcome."""
    buttons = page.locator("[data-filter]:visible")
    return {
        str(button.get_attribute("data-filter")): int(button.locator(".num").inner_text())
        for button in buttons.all()
    }


def row(page: Page, name: str) -> str:
    return page.locator(".upload", has_text=name).inner_text()
