"""What `make dev` does while the stack runs: it shows what the functions log and takes up changed code."""

import time
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.bring_up import bring_example_data, bring_up_to_date
from local.deploy import Deployment
from local.holding import holding
from local.logs import LogReader
from local.place import PROJECT, Place
from local.server import Server, StackFailedError, find_server
from local.template import TemplateRefusedError
from local.watch import changes, reload_code, syntax_error


def follow(place: Place, server: Server, deployment: Deployment) -> None:
    """Returns when that very server has ended."""
    reader = LogReader(place, functions=deployment.functions)
    for changed in changes(PROJECT, also=place.functions_log):
        if find_server(place.home) != server:
            print("The stack was stopped by another command.")
            return
        if not place.description_file.exists():
            continue  # it is being ended; what its functions say of that is no news
        try:
            for line in reader.new_lines():
                print(line, flush=True)
            if changed:
                with holding(place.home, command="dev"):
                    deployment = _take_up(place, deployment, changed)
                reader.name(deployment.functions)
        except (StackFailedError, TemplateRefusedError) as error:
            print(error, flush=True)
        except (BotoCoreError, ClientError, OSError) as error:
            # Another command stops or empties it, or a file vanished while it was read; the next look tells.
            print(f"The stack did not answer as expected: {str(error)[:300]}", flush=True)


def _take_up(place: Place, deployment: Deployment, changed: list[Path]) -> Deployment:
    """What is deployed afterwards."""
    if Path("template.yaml") in changed:
        deployed = bring_up_to_date(place, project=PROJECT)
        print("Deployed template.yaml and the code", flush=True)
        return deployed
    fault = syntax_error(changed, project=PROJECT)
    if fault:
        print(f"Not reloaded, the code that ran before goes on: {fault}", flush=True)
        return deployment
    started = time.monotonic()
    reloaded = reload_code(place, project=PROJECT, functions=deployment.functions, rooms=deployment.rooms)
    bring_example_data(place, deployment)
    if reloaded:
        print(f"Reloaded {', '.join(reloaded)} in {time.monotonic() - started:.1f} s", flush=True)
    return deployment
