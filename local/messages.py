"""The catalogues of pages and mails: `python -m local.messages` brings them up to date with the sources.

It collects every text from Python code and templates, merges them into `shared/web/locale/*/LC_MESSAGES/partnerdesk.po`
and compiles those to the `.mo` files that functions read. Both are checked in: a fresh clone and the deployed package
need no further step. With `--check` it changes nothing and fails where a catalogue is incomplete or out of date.
"""

import argparse
import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from shared.domain.languages import Language
from shared.web.languages import CATALOGUE, CATALOGUE_FOLDER, SOURCE_LANGUAGE

_ROOT = Path(__file__).parent.parent
_SOURCES = ("functions", "shared")
_METHODS = [("**.py", "python"), ("**/templates/**", "jinja2")]
_OPTIONS = {"**/templates/**": {"trimmed": "true", "silent": "false"}}
_KEYWORDS = {**DEFAULT_KEYWORDS, "deferred": None}
_HEADER = """\
# Texts of pages and mails, {language}. Translate here, then run `make messages`.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def translated_languages() -> Sequence[Language]:
    return [language for language in Language if language is not SOURCE_LANGUAGE]


def catalogue_path(language: Language, *, folder: Path = CATALOGUE_FOLDER) -> Path:
    """The source that translators edit; the compiled file lies beside it with the suffix `.mo`."""
    return folder / language.value / "LC_MESSAGES" / f"{CATALOGUE}.po"


def extract() -> Catalog:
    """Every text that the sources mark for translation."""
    template = Catalog(project=CATALOGUE)
    for source in _SOURCES:
        found = extract_from_dir(
            _ROOT / source,
            method_map=_METHODS,
            options_map=_OPTIONS,
            keywords=_KEYWORDS,
            comment_tags=("Translators:",),
        )
        for filename, _, message, comments, context in found:
            location = (f"{source}/{filename}", 0)
            template.add(message, locations=[location], auto_comments=comments, context=context)
    return template


def update(language: Language, *, folder: Path = CATALOGUE_FOLDER) -> Sequence[str]:
    """Merge the sources into the catalogue of a language and compile it; answers what still needs a translator."""
    path = catalogue_path(language, folder=folder)
    catalogue = _read(path, language) if path.exists() else Catalog(locale=language.value)
    catalogue.update(extract(), no_fuzzy_matching=True)
    messages = BytesIO()
    write_po(
        messages, catalogue, width=120, omit_header=True, ignore_obsolete=True, include_lineno=False, sort_by_file=True
    )
    # Babel's own header holds dates, which would make every run a change.
    header = _HEADER.format(language=language.value, plural_forms=catalogue.plural_forms)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header.encode() + messages.getvalue())
    catalogue = _read(path, language)
    if _is_stale(path.with_suffix(".mo"), catalogue):
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
    return problems(language, folder=folder)


def problems(language: Language, *, folder: Path = CATALOGUE_FOLDER) -> Sequence[str]:
    """What is wrong with the catalogue of a language, each as a line that says which text and why."""
    path = catalogue_path(language, folder=folder)
    catalogue = _read(path, language)
    wanted = {message.id for message in extract() if message.id}
    held = {message.id: message for message in catalogue if message.id}
    found = [f"not in the catalogue: {text!r}" for text in sorted(wanted - held.keys(), key=str)]
    found += [f"no longer used: {text!r}" for text in sorted(held.keys() - wanted, key=str)]
    for text, message in held.items():
        if message.fuzzy:
            found.append(f"marked as uncertain: {text!r}")
        forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
        sources = [text] if isinstance(text, str) else list(text)
        if not all(forms):
            found.append(f"not translated: {text!r}")
        elif any(_placeholders(form) != _placeholders(sources[-1]) for form in forms):
            found.append(f"other placeholders than the source: {text!r}")
    if _is_stale(path.with_suffix(".mo"), catalogue):
        found.append("the compiled catalogue is out of date")
    return found


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def _read(path: Path, language: Language) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language.value)


def _is_stale(compiled: Path, catalogue: Catalog) -> bool:
    """Compares texts, not bytes: the header of a compiled file names the version of Babel and the time."""
    if not compiled.exists():
        return True
    with compiled.open("rb") as file:
        return _texts(read_mo(file)) != _texts(catalogue)


def _texts(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Forms by source, of texts that have others than their source: where they lack one, plurals are compiled as it."""
    forms = {_forms(message.id): _forms(message.string) for message in catalogue if message.id}
    return {source: translated for source, translated in forms.items() if all(translated) and translated != source}


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.messages", description="Update the translations.")
    parser.add_argument("--check", action="store_true", help="change nothing, fail on gaps")
    check = parser.parse_args(arguments).check
    complete = True
    for language in translated_languages():
        found = problems(language) if check else update(language)
        for line in found:
            print(f"{catalogue_path(language).relative_to(_ROOT)}: {line}")
        complete = complete and not found
    if not complete:
        print("Translate the texts named above in the .po file, then run `make messages`.")
    return 0 if complete else 1


if __name__ == "__main__":
    raise SystemExit(main())
