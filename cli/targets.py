"""Which API a command talks to: a saved profile, or the stack on this machine that `make up` started."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cli.exits import StackDownError, WrongUsageError
from cli.places import configuration_folder, write_private

STACK_FILE = Path(".local") / "stack.json"
PROJECT_FILES = (Path("template.yaml"), Path("local") / "stack.py")
DEFAULT_PROFILE = "default"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Target:
    """One API with its user pool.

    `key` names the sign-in that belongs to it; `host` is the Host header to send where the name in it does not
    resolve by itself (the local stack), otherwise None.
    """

    key: str
    api_url: str
    pool_url: str
    client_id: str
    host: str | None = None

    @property
    def name(self) -> str:
        """The address as a person knows it."""
        return f"http://{self.host}" if self.host else self.api_url


def find_target(profile: str | None) -> Target:
    """The profile asked for; without one the local stack in this folder or above it; else the profile `default`."""
    profiles = read_profiles()
    if profile is None:
        stack = find_stack_file()
        if stack is not None:
            return stack_target(stack, key=f"stack:{stack}")
        profile = DEFAULT_PROFILE
        if profile not in profiles and is_in_project():
            raise StackDownError(f"The stack on this machine is down. {how_to_start()}")
        if profile not in profiles:
            raise WrongUsageError(
                "No API is known yet. Sign in with `partnerdesk login --api URL --pool-region REGION --client-id ID`, "
                "or run this inside the project's folder after `make dev`."
            )
    if profile not in profiles:
        known = ", ".join(sorted(profiles)) or "none so far"
        raise WrongUsageError(
            f"There is no profile {profile!r} (saved: {known}). `partnerdesk login --profile {profile}` makes it."
        )
    return profile_target(profile, profiles[profile])


def profile_target(name: str, settings: dict[str, Any]) -> Target:
    key = f"profile:{name}"
    if "stack" in settings:
        return stack_target(Path(settings["stack"]), key=key)
    try:
        return Target(
            key=key,
            api_url=settings["api"],
            pool_url=f"https://cognito-idp.{settings['pool_region']}.amazonaws.com/",
            client_id=settings["client_id"],
        )
    except KeyError as error:
        raise WrongUsageError(
            f"The profile {name!r} lacks {error}. Sign in again with --api and its fellows."
        ) from None


def find_stack_file() -> Path | None:
    here = Path.cwd()
    return next((path for folder in (here, *here.parents) if (path := folder / STACK_FILE).is_file()), None)


def is_in_project() -> bool:
    """Whether this runs in the folder of the project, or below it."""
    here = Path.cwd()
    return any(all((folder / name).is_file() for name in PROJECT_FILES) for folder in (here, *here.parents))


def how_to_start() -> str:
    return "Start it with `make dev`." if is_in_project() else "Start it with `make dev` in the project's folder."


def stack_target(path: Path, *, key: str) -> Target:
    try:
        stack = json.loads(path.read_text("utf-8"))
        target = Target(
            key=key,
            api_url=f"http://{stack['connect']}",
            pool_url=f"{stack['endpoint_url'].rstrip('/')}/",
            client_id=stack["user_pool_client_id"],
            host=stack["host"],
        )
    except FileNotFoundError:
        raise StackDownError(f"The stack of this profile is down: {path} is missing. {how_to_start()}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongUsageError(f"{path} does not describe a local stack ({error!r}). Run `make up` again.") from error
    if not {urlsplit(target.api_url).hostname, urlsplit(target.pool_url).hostname} <= LOOPBACK:
        raise WrongUsageError(f"{path} leads away from this machine. It is not used: passwords would follow it.")
    return target


def read_profiles() -> dict[str, dict[str, Any]]:
    path = profiles_file()
    try:
        profiles = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise WrongUsageError(f"{path} is damaged ({error}). Remove it and sign in again.") from error
    if not isinstance(profiles, dict):
        raise WrongUsageError(f"{path} is damaged (no JSON object). Remove it and sign in again.")
    return profiles


def profiles_file() -> Path:
    return configuration_folder() / "profiles.json"


def save_profile(name: str, settings: dict[str, Any]) -> None:
    profiles = {**read_profiles(), name: settings}
    write_private(profiles_file(), json.dumps(profiles, indent=2) + "\n")


def checked_api_url(text: str) -> str:
    """The API's address without `/v1` and slash; plain http is refused except for this machine: tokens travel on it."""
    parts = urlsplit(text)
    if not parts.hostname or parts.scheme not in ("https", "http"):
        raise WrongUsageError(f"--api must be an address such as https://api.vendor.example, not {text!r}.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise WrongUsageError("--api must start with https://: your sign-in would travel unencrypted.")
    return text.rstrip("/").removesuffix("/v1")
