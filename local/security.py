"""checkov on template.yaml and on what AWS makes of it: `python -m local.security`.

Both, because each hides something: the raw template the permissions that SAM writes, the translated one what is said
on SAM's own types. Skipped checks stand in .checkov.yaml, each with its reason.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from local.place import PROJECT
from local.translation import raw_template, translate

CHECKOV = Path(".local/venvs/checkov/bin/checkov")


def main() -> None:
    if not (PROJECT / CHECKOV).is_file():
        sys.exit("checkov is not installed. Install it with: python3 -m local.environments checkov")
    with tempfile.TemporaryDirectory() as folder:
        translated = Path(folder, "translated.json")
        translated.write_text(json.dumps(translate(raw_template()), indent=1))
        command = [str(PROJECT / CHECKOV), "--config-file", str(PROJECT / ".checkov.yaml")]
        for template in (PROJECT / "template.yaml", translated):
            if subprocess.run([*command, "--file", str(template)], check=False).returncode:  # noqa: S603
                sys.exit(f"checkov refuses {template.name}: mend it, or skip the check in .checkov.yaml with a reason.")
    print("checkov has nothing against template.yaml, raw and translated.")


if __name__ == "__main__":
    main()
