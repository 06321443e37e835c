"""Reads simple properties from XMP without trusting its XML: no document type, no entities."""

from __future__ import annotations

from xml.parsers import expat

from PIL import Image

NAMESPACES = {
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://purl.org/dc/elements/1.1/": "dc",
}
DESCRIPTION = "http://www.w3.org/1999/02/22-rdf-syntax-ns# Description"
MOST_DEPTH = 100
LONGEST_VALUE = 100_000
LONGEST_LIST = 1_000


class UnreadableXmp(Exception):
    pass


def properties(content: bytes) -> dict[str, str]:
    """The properties of the picture by name, "exif:DateTimeOriginal"; of a list its first item."""
    return {name: values[0] for name, values in lists(content).items()}


def lists(content: bytes) -> dict[str, list[str]]:
    """The same with all items of every list, of which most have one."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat takes no keyword
    except expat.ExpatError as error:
        raise UnreadableXmp(str(error)) from error
    return reader.found


def inside(image: Image.Image) -> dict[str, list[str]]:
    """What the XMP inside an opened picture says; nothing if there is none, or it is damaged."""
    content = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    if isinstance(content, str):
        content = content.encode("utf-8", errors="replace")
    if not isinstance(content, bytes):
        return {}
    try:
        return lists(content.strip(b"\0 \r\n\t"))
    except UnreadableXmp:
        return {}


def _refuse_document_type(*_: object) -> None:
    raise UnreadableXmp("it declares a document type, which XMP never does")


class _Reader:
    """Collects what stands directly in a description, as an attribute or as an element."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self._path: list[str | None] = []
        self._said = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._path) >= MOST_DEPTH:
            raise UnreadableXmp("it is nested too deep")
        self._path.append(_short(name))
        self._said = ""
        if name == DESCRIPTION and not self._property():
            for key, value in attributes.items():
                self._keep(_short(key), value)

    def text(self, data: str) -> None:
        if len(self._said) < LONGEST_VALUE:
            self._said += data

    def end(self, _: str) -> None:
        self._keep(self._property(), self._said)
        self._said = ""
        self._path.pop()

    def _property(self) -> str | None:
        """The outermost known property around here: lists put their items into further elements."""
        return next((each for each in self._path if each), None)

    def _keep(self, name: str | None, value: str) -> None:
        if name and value.strip():
            values = self.found.setdefault(name, [])
            if len(values) < LONGEST_LIST:
                values.append(value.strip())


def _short(name: str) -> str | None:
    namespace, _, local = name.rpartition(" ")
    prefix = NAMESPACES.get(namespace)
    return f"{prefix}:{local}" if prefix else None
