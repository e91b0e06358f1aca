"""Where the client keeps its files on this computer, and how it writes them."""

import os
import sys
from pathlib import Path

from typer import get_app_dir

APP = "partnerdesk"


def configuration_folder() -> Path:
    """Profiles and sign-ins: `$XDG_CONFIG_HOME/partnerdesk` on Linux, the platform's own place elsewhere."""
    return Path(get_app_dir(APP))


def state_folder() -> Path:
    """Unfinished imports: `$XDG_STATE_HOME/partnerdesk` on Linux, beside the configuration elsewhere."""
    if sys.platform in ("win32", "darwin"):
        return configuration_folder() / "state"
    home = os.environ.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / APP


def write_private(path: Path, text: str) -> None:
    """Replace the file as a whole; nobody but its owner may read it (0600 in a folder of 0700)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
