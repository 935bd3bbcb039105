"""NCRONTAB read as Azure reads it."""

from datetime import UTC, datetime

import pytest

from devhost.schedules import Schedule

MONDAY = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("0 */5 * * * *", "2026-01-05 08:05:00", id="steps"),
        pytest.param("*/5 * * * *", "2026-01-05 08:05:00", id="five fields start at the minute"),
        pytest.param("* * * * * *", "2026-01-05 08:00:01", id="never the moment itself"),
        pytest.param("0 0 * * * *", "2026-01-05 09:00:00", id="the full hour just passed"),
        pytest.param("30 10,20 9-17 * * *", "2026-01-05 09:10:30", id="list and range"),
        pytest.param("0 50/5 * * * *", "2026-01-05 08:50:00", id="steps from a number run to the end"),
        pytest.param("0 0 0 * * 0", "2026-01-11 00:00:00", id="0 is Sunday"),
        pytest.param("0 0 0 * MAR Tue-thu", "2026-03-03 00:00:00", id="short names in any case"),
        pytest.param("0 0 0 * * Saturday", "2026-01-10 00:00:00", id="full names"),
        pytest.param("0 0 9 13 * FRI", "2026-02-13 09:00:00", id="day of month and day of week both match"),
        pytest.param("0 0 0 * * FRI-MON", "2026-01-06 00:00:00", id="a backward range is turned around"),
        pytest.param("0 0 0 29 2 *", "2028-02-29 00:00:00", id="leap day"),
    ],
)
def test_the_next_occurrence(text, expected):
    assert Schedule.parse(text).next_after(MONDAY) == datetime.fromisoformat(f"{expected}+00:00")


def test_fractions_of_a_second_do_not_count():
    assert Schedule.parse("* * * * * *").next_after(MONDAY.replace(microsecond=999_999)) == datetime(
        2026, 1, 5, 8, 0, 1, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("0 0 0 * * 7", "'7' is not a day of the week (0 to 6)", id="Sunday is not 7"),
        pytest.param("0 60 * * * *", "'60' is not a minute (0 to 59)", id="out of range"),
        pytest.param("0 0 0 L * *", "'L' is not a day of the month", id="no last day"),
        pytest.param("0 0 0 ? * *", "'?' is not a day of the month", id="no question mark"),
        pytest.param("0 0 0 * * MON#1", "'MON#1' is not a day of the week", id="no nth weekday"),
        pytest.param("@daily", "it has 1 fields", id="no macros"),
        pytest.param("00:05:00", "it has 1 fields", id="no time spans: they need a dedicated plan"),
        pytest.param("0 0 0 1 1 * 2027", "it has 7 fields", id="no years"),
        pytest.param("0 */x * * * *", "'*/x' has no number after the slash", id="step without a number"),
        pytest.param("0 1,,2 * * * *", "'' is not a minute", id="hole in a list"),
        pytest.param("0 0 0 30 2 *", "no such day ever comes", id="never"),
        pytest.param("", "it has 0 fields", id="nothing"),
        pytest.param("0 */5\t* * * *", "has no number after the slash", id="a tab between fields"),
        pytest.param("0 */5 * *\n* *", "is not a month", id="a newline between fields"),
        pytest.param("0\u00a0*/5 * * * *", "is not a minute", id="a no-break space"),
        pytest.param("0 */5 * * * *\n", "'*\\n' is not a day of the week", id="a newline at the end"),
        pytest.param("0 */\u0665 * * * *", "has no number after the slash", id="an Arabic digit as the step"),
        pytest.param("\uff10 * * * * *", "is not a second", id="a full-width digit"),
        pytest.param("0 */1000000000 * * * *", "has no number after the slash", id="a step of ten digits"),
    ],
)
def test_what_azure_refuses_is_refused_here(text, complaint):
    with pytest.raises(ValueError, match="is not a schedule") as caught:
        Schedule.parse(text)
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"), [("*/30 * * * * *", True), ("0 * * * * *", False), ("0 0 3 * * *", False)]
)
def test_schedules_under_a_minute(text, expected):
    assert Schedule.parse(text).is_under_a_minute(MONDAY) is expected
