"""Where the stack of this machine lives and how it is reached."""

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
REGION = "eu-central-1"
STACK_NAME = "partnerdesk"
DEFAULT_PORT = 4566
LOWEST_PORT, HIGHEST_PORT = 1024, 65535  # below, only an administrator may listen
LOG_FILE = "ministack.log"


@dataclass(frozen=True, kw_only=True)
class Place:
    """One stack: `home` holds its data and logs, `port` is the one port that it listens on, on the loopback only."""

    home: Path
    port: int

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def connect(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def inbox_url(self) -> str:
        return f"{self.endpoint_url}/_ministack/ses/messages"

    def host(self, *, api_id: str) -> str:
        """The API's name. Browsers and curl find `*.localhost`; others connect to `connect` and send this as Host."""
        return f"{api_id}.execute-api.localhost:{self.port}"

    @property
    def description_file(self) -> Path:
        return self.home / "stack.json"

    @property
    def log_file(self) -> Path:
        return self.home / LOG_FILE

    @property
    def functions_log(self) -> Path:
        """What the functions log since the start, a line of JSON for each batch."""
        return self.home / "functions.jsonl"

    @property
    def state(self) -> Path:
        return self.home / "state"

    @property
    def objects(self) -> Path:
        return self.home / "objects"

    @property
    def temporary(self) -> Path:
        return self.home / "tmp"
