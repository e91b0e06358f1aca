"""Which of our files changed since the last look, and the functions that have to take up their new code."""

from collections.abc import Mapping
from pathlib import Path

from local.archives import source_files, zip_room
from local.deploy import update_code
from local.place import Place


def _marks(project: Path) -> dict[Path, tuple[int, int]]:
    """A file's instant of change and size; a file that vanishes during the look is as good as gone."""
    marks = {}
    for path in [*source_files(project), project / "template.yaml"]:
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        marks[path] = (status.st_mtime_ns, status.st_size)
    return marks


class Watcher:
    """Compares the files of our own code and template.yaml with how they were at the last look."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._marks = _marks(project)

    def changed_files(self) -> list[Path]:
        """Relative to the project; added, changed and removed ones alike."""
        now = _marks(self._project)
        before, self._marks = self._marks, now
        changed = {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
        return sorted(path.relative_to(self._project) for path in changed)


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
