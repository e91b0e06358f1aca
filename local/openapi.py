"""The OpenAPI document that the system serves, made from the code.

`python -m local.openapi` writes functions/reference/openapi.json; `python -m local.openapi --check` fails when the
checked-in file is not what the code says.
"""

import argparse
import json
import sys

from functions.reference.document import DOCUMENT_FILE
from local.openapi_document import build_document

COMMAND = "python -m local.openapi"


def document_text() -> str:
    return json.dumps(build_document(), ensure_ascii=False, indent=1) + "\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog=COMMAND, description="Write the OpenAPI document from the code.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is not up to date")
    wants_check = parser.parse_args(arguments).check
    text = document_text()
    if not wants_check:
        DOCUMENT_FILE.write_text(text, encoding="utf-8")
        return 0
    if DOCUMENT_FILE.is_file() and DOCUMENT_FILE.read_text(encoding="utf-8") == text:
        return 0
    print(f"functions/reference/{DOCUMENT_FILE.name} is not what the code says. Renew it: {COMMAND}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
