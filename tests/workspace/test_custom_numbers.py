"""A number of a custom field is one that can be kept and reckoned with."""

import pytest

from isthmus.core.refusals import InvalidInput
from isthmus.workspace.fields import read_values
from isthmus.workspace.models import FieldDefinition

FLEET = FieldDefinition(model="lead", key="fleet", label="Fleet", type="number", kind="analytic")


@pytest.mark.core
@pytest.mark.parametrize("value", ["1e999999999", "-1e16", "NaN", "Infinity", "many", [1], {"a": 1}])
def test_a_number_that_cannot_be_kept_is_refused_at_once(value):
    with pytest.raises(InvalidInput, match="Fleet must be a number"):
        read_values([FLEET], {"fleet": value})


@pytest.mark.core
@pytest.mark.parametrize(("value", "kept"), [("40", 40), (2.5, 2.5), ("1e3", 1000), ("", None)])
def test_a_number_is_kept_as_it_is(value, kept):
    assert read_values([FLEET], {"fleet": value}) == {"fleet": kept}
