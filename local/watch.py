"""Which of our files change, and the functions that have to take up their new code."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from watchfiles import watch

from local.archives import zip_room
from local.deploy import update_code
from local.place import Place

STEP_MILLISECONDS = 200
LOOK_MILLISECONDS = 1000
"""How often the caller is woken to see whether the stack still runs."""


def changes(project: Path, *, also: Path, stop: threading.Event | None = None) -> Iterator[list[Path]]:
    """Our own files that changed, relative to the project; nothing when `also` did, or when a second has passed.

    The system says what changes: while nothing does, nobody looks at the files.
    """
    template = project / "template.yaml"
    mark = _mark(template)
    for batch in watch(
        project / "functions",
        project / "shared",
        also,
        step=STEP_MILLISECONDS,
        rust_timeout=LOOK_MILLISECONDS,
        yield_on_timeout=True,
        stop_event=stop,
    ):
        changed = {Path(name) for _, name in batch} - {also}
        # An editor replaces the file, which a watch of the one file would not survive.
        before, mark = mark, _mark(template)
        if before != mark:
            changed.add(template)
        yield sorted(path.relative_to(project) for path in changed)


def _mark(path: Path) -> tuple[int, int] | None:
    """A file's instant of change and size."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size


def syntax_error(changed: list[Path], *, project: Path) -> str | None:
    """Why the change cannot run yet: an editor may save a file half written. The code that ran before goes on."""
    for path in changed:
        if path.suffix == ".py" and (project / path).is_file():
            try:
                compile((project / path).read_bytes(), str(path), "exec")
            except SyntaxError as error:
                return f"{path}, line {error.lineno}: {error.msg}"
    return None


def reload_code(place: Place, *, project: Path, functions: Mapping[str, str], rooms: Mapping[str, str]) -> list[str]:
    """The functions that have new code now; `functions` and `rooms` share their keys."""
    archives = {room: zip_room(room, project=project) for room in set(rooms.values())}
    return [
        name for name, deployed in functions.items() if update_code(place, name=deployed, archive=archives[rooms[name]])
    ]
