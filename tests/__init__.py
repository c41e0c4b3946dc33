"""The tests; `tests.damage` and `tests.conftest` hold what several of them share."""
