"""How long the timer's periods are."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.config.schedule import two_periods

MONDAY = datetime(2026, 11, 23, 12, 4, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        pytest.param("0 */5 * * * *", timedelta(minutes=10), id="every five minutes"),
        pytest.param("*/10 * * * * *", timedelta(seconds=20), id="every ten seconds"),
        pytest.param("*/5 * * * *", timedelta(minutes=10), id="without seconds"),
        pytest.param("0 0 3 * * Mon-Fri", timedelta(days=4), id="over a weekend"),
    ],
)
def test_the_last_two_periods(schedule, expected):
    assert two_periods(schedule, MONDAY) == expected
