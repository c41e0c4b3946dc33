"""Weights: probabilities of labels from features, and the data files that hold them."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.weighing import WEIGHT_FOLDER, Weights, read_weights

WEIGHTS = Weights(
    labels=["none", "occurred", "disclosed"],
    bias=[0.5, 0.0, -0.5],
    weights={"since": [0.0, 2.0, -1.0], "said": [-1.0, 0.0, 3.0], "far": [800.0, -800.0, 0.0]},
)
FEATURES = st.dictionaries(
    st.sampled_from([*WEIGHTS.weights, "unheard of"]), st.floats(-50, 50, allow_nan=False), max_size=4
)


@given(FEATURES)
def test_chances_of_the_labels_sum_to_one(features: dict[str, float]) -> None:
    chances = WEIGHTS.weigh(features)
    assert list(chances) == WEIGHTS.labels
    assert math.isclose(sum(chances.values()), 1)
    assert all(0 <= chance <= 1 for chance in chances.values())


@given(FEATURES)
def test_unknown_features_count_nothing(features: dict[str, float]) -> None:
    assert WEIGHTS.weigh({**features, "never seen": 7.0}) == WEIGHTS.weigh(features)


def test_without_features_the_bias_decides() -> None:
    powers = [math.exp(bias) for bias in WEIGHTS.bias]
    expected = {label: power / sum(powers) for label, power in zip(WEIGHTS.labels, powers, strict=True)}
    assert WEIGHTS.weigh({}) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("features", "likeliest"),
    [
        ({"since": 1.0}, "occurred"),
        ({"said": 1.0}, "disclosed"),
        ({"since": 1.0, "said": 1.0}, "occurred"),  # 2.0 against 1.5
        ({"since": 1.0, "said": 2.0}, "disclosed"),  # 2.0 against 4.5
        ({"since": 2.0, "said": 2.0}, "occurred"),  # 4.0 against 3.5
        ({"far": 1.0}, "none"),  # no overflow
    ],
)
def test_features_add_up_by_their_values(features: dict[str, float], likeliest: str) -> None:
    chances = WEIGHTS.weigh(features)
    assert max(chances, key=lambda label: chances[label]) == likeliest


@given(FEATURES)
def test_chosen_is_the_likeliest_label_but_none_with_the_chance_that_it_is_any(features: dict[str, float]) -> None:
    chances = WEIGHTS.weigh(features)
    label, chance = WEIGHTS.choose(features)
    assert chances[label] == max(chances["occurred"], chances["disclosed"])
    assert chance == pytest.approx(1 - chances["none"])


@pytest.mark.parametrize("name", sorted(path.stem for path in WEIGHT_FOLDER.glob("*.json")))
def test_shipped_weights_have_a_finite_number_for_each_label(name: str) -> None:
    weights = read_weights(name)
    assert len(set(weights.labels)) == len(weights.labels) == len(weights.bias)
    for feature, row in [("bias", weights.bias), *weights.weights.items()]:
        assert len(row) == len(weights.labels), feature
        assert all(math.isfinite(weight) for weight in row), feature


def test_missing_weights_are_told() -> None:
    with pytest.raises(FileNotFoundError):
        read_weights("no such weights")


def test_shipped_weights_are_plain_data() -> None:
    for path in WEIGHT_FOLDER.glob("*.json"):
        assert set(json.loads(path.read_text("utf-8"))) == {"labels", "bias", "weights"}, path.name
