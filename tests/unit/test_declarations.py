import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest
from pydantic_core import SchemaValidator, ValidationError, core_schema

from local.declarations import MODULES, drop_typed_fields


@pytest.fixture
def trimmed(tmp_path: Path) -> ModuleType:
    for name in MODULES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(Path(core_schema.__file__).parents[1] / name, tmp_path / name)
    drop_typed_fields(tmp_path)
    spec = importlib.util.spec_from_file_location("trimmed_core_schema", tmp_path / "pydantic_core/core_schema.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_typed_dictionary_names_its_fields_any_more(trimmed: ModuleType) -> None:
    assert core_schema.StringSchema.__annotations__
    assert trimmed.StringSchema.__annotations__ == {}


def test_all_else_is_as_it_was(trimmed: ModuleType) -> None:
    assert vars(trimmed).keys() >= vars(core_schema).keys() - {"__cached__"}
    of_two = trimmed.model_fields_schema({"n": trimmed.model_field(trimmed.int_schema(ge=1))})
    assert of_two == core_schema.model_fields_schema({"n": core_schema.model_field(core_schema.int_schema(ge=1))})


def test_what_it_describes_is_validated(trimmed: ModuleType) -> None:
    validator = SchemaValidator(trimmed.typed_dict_schema({"n": trimmed.typed_dict_field(trimmed.int_schema(ge=1))}))

    assert validator.validate_python({"n": 1}) == {"n": 1}
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        validator.validate_python({"n": 0})
