"""Time expressions: each row is the day of publication, a text with the expression in [brackets], and its days.

Days are written as ISO 8601 does: "2023-08-27" is one day, "2023-08-21/2023-08-27" those from the first to the last,
"2017-05-01/.." has an open end and "../2007-05-04" an open start. The conventions are those that annotators follow:
a weekday is the latest one not after the day of publication, "late July" is from the 21st on, and so forth.
"""

from datetime import date, datetime, time, timedelta

import dateparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.dates import Time, find_times, resolve_time
from extractors.intervals import (
    WEEKDAYS,
    days_of_month,
    days_of_year,
    find_easter,
    latest_weekday,
    part_of,
    shift_month,
    week_of,
)
from extractors.resolvers import RESOLVERS
from extractors.rules import read_rules

SUNDAY, MONDAY, SATURDAY = "2023-08-27", "2023-08-28", "2023-08-26"

# The rule that resolves it, the day of publication, the text with the expression, its days.
ROWS = [
    ("iso day", "2023-08-27", "Logged on [2023-02-28], it said.", "2023-02-28"),
    ("iso day", "2024-03-01", "The file is dated [2024-02-29].", "2024-02-29"),
    # days of a month, in both orders, with and without a year
    ("days of a month", "2023-08-27", "It lasted from [June 3 to 7], they said.", "2023-06-03/2023-06-07"),
    ("days of a month", "2019-01-02", "Open [December 28-30] to all.", "2018-12-28/2018-12-30"),
    ("days of a month", "2020-05-01", "Seen [March 3–5, 2017], there.", "2017-03-03/2017-03-05"),
    ("days of a month", "2018-10-30", "between the [15 and 19 of October]", "2018-10-15/2018-10-19"),
    ("days of a month", "2023-01-10", "on [29-31 December]", "2022-12-29/2022-12-31"),
    # a day of a month: the latest one that is not after the day of publication, if no year is said
    ("day of a month", "2023-08-27", "On [August 27] it said so.", "2023-08-27"),
    ("day of a month", "2023-08-27", "On [August 28] it said so.", "2022-08-28"),
    ("day of a month", "2019-01-02", "On [Dec. 31] it said so.", "2018-12-31"),
    ("day of a month", "2019-01-02", "It was [May 4th, 2016], at noon.", "2016-05-04"),
    ("day of a month", "2018-05-10", "On [February 29] the shop shut.", "2016-02-29"),
    ("day of a month", "2024-02-29", "On [February 29] the shop shut.", "2024-02-29"),
    ("day of a month", "2021-03-03", "It stopped on [July 21 last year].", "2020-07-21"),
    ("day of a month", "2023-08-27", "Sent on [5 June].", "2023-06-05"),
    ("day of a month", "2023-01-01", "Sent on the [31st of December].", "2022-12-31"),
    ("day of a month", "2023-01-01", "Sent on [1 Jan. 2020].", "2020-01-01"),
    # ... with a weekday it may lie some days ahead, and it is the latest that falls on that weekday
    ("day of a month", "2018-12-31", "It opens [Thursday, January 3].", "2019-01-03"),
    ("day of a month", "2018-12-31", "It opened [Wednesday, January 3].", "2018-01-03"),
    ("day of a month", "2019-04-01", "On [Friday the 29th of March] it fell.", "2019-03-29"),
    # a weekend or week named by a day
    ("week or weekend of a day", "2017-03-31", "over [the weekend of Oct. 15]", "2016-10-15/2016-10-16"),
    ("week or weekend of a day", "2017-12-04", "in [the week of Nov. 22]", "2017-11-20/2017-11-26"),
    ("week or weekend of a day", "2017-03-03", "in [the week to March 2]", "2017-02-24/2017-03-02"),
    ("week or weekend of a day", "2021-01-10", "[the week ending 3 January]", "2020-12-28/2021-01-03"),
    ("week or weekend of a day", "2021-07-10", "[the weekend of 3 July]", "2021-07-03/2021-07-04"),
    # weeks and parts of a month
    ("week of a month", "2018-05-10", "In [the first week of April] it grew.", "2018-04-01/2018-04-07"),
    ("week of a month", "2019-01-02", "[the last week of December]", "2018-12-25/2018-12-31"),
    ("week of a month", "2017-04-10", "[the third week in February 2016]", "2016-02-15/2016-02-21"),
    ("part of a month", "2023-08-27", "In [late July] it grew.", "2023-07-21/2023-07-31"),
    ("part of a month", "2024-03-01", "In [late February] it grew.", "2024-02-21/2024-02-29"),
    ("part of a month", "2023-01-05", "It began in [mid-December].", "2022-12-11/2022-12-20"),
    ("part of a month", "2023-01-05", "It began in [early Dec. 2021].", "2021-12-01/2021-12-10"),
    ("part of a month", "2025-06-10", "confirmed at [the end of May]", "2025-05-21/2025-05-31"),
    ("part of a month", "2025-06-10", "by [the middle of April last year]", "2024-04-11/2024-04-20"),
    ("part of a month", "2025-06-10", "[the start of March]", "2025-03-01/2025-03-10"),
    # months; one without a year is the latest that began not after the day of publication
    ("month of a year", "2023-08-27", "In [March 2021] it grew.", "2021-03-01/2021-03-31"),
    ("month of a year", "2016-05-01", "In [Feb. 2012] it grew.", "2012-02-01/2012-02-29"),
    ("month of a year", "2019-02-01", "It began in [April last year].", "2018-04-01/2018-04-30"),
    ("month of a year", "2019-02-01", "In [January of this year] it began.", "2019-01-01/2019-01-31"),
    ("last month by name", "2018-05-10", "It began [last December].", "2017-12-01/2017-12-31"),
    ("last month by name", "2018-12-10", "It began [last December].", "2017-12-01/2017-12-31"),
    ("month", "2018-05-01", "In [May] it was seen.", "2018-05-01/2018-05-31"),
    ("month", "2018-04-30", "In [May] it was seen.", "2017-05-01/2017-05-31"),
    ("month", "2018-01-01", "It was seen by [December].", "2017-12-01/2017-12-31"),
    ("month", "2018-12-01", "A [December] e-mail said so.", "2018-12-01/2018-12-31"),
    ("month", "2024-03-01", "Its [February] letter said so.", "2024-02-01/2024-02-29"),
    # years and their parts: quarters for "early" and "late", one month for the "start" and the "end"
    ("part of a year", "2018-06-01", "It began in [early 2017].", "2017-01-01/2017-03-31"),
    ("part of a year", "2017-02-01", "It began [late last year].", "2016-10-01/2016-12-31"),
    ("part of a year", "2018-06-01", "It began in [mid-2016].", "2016-05-01/2016-08-31"),
    ("part of a year", "2014-09-12", "At [the beginning of 2013] it grew.", "2013-01-01/2013-01-31"),
    ("part of a year", "2014-09-12", "By [the end of 2013] it grew.", "2013-12-01/2013-12-31"),
    ("year", "2018-06-01", "It was broken into in [2016].", "2016-01-01/2016-12-31"),
    ("year", "2016-01-01", "It was broken into in [2016].", "2016-01-01/2016-12-31"),
    ("year of a thing", "2018-06-01", "Its [2013] breach was larger.", "2013-01-01/2013-12-31"),
    ("year of a thing", "2023-02-08", "after the [2015] Larkspur breach", "2015-01-01/2015-12-31"),
    # weekdays: the latest not after the day of publication, that day itself too
    ("weekday", SUNDAY, "It said on [Sunday] that it was hit.", "2023-08-27"),
    ("weekday", MONDAY, "It said on [Sunday] that it was hit.", "2023-08-27"),
    ("weekday", SATURDAY, "It said on [Sunday] that it was hit.", "2023-08-20"),
    ("weekday", "2019-01-01", "It said on [Monday] that it was hit.", "2018-12-31"),
    ("weekday", "2023-08-25", "It was hit [last Friday].", "2023-08-18"),
    ("weekday", "2023-08-24", "It was hit [last Friday].", "2023-08-18"),
    ("weekday", "2023-08-24", "It will speak [next Friday].", "2023-08-25"),
    ("weekday", "2018-05-10", "It began [late Monday night].", "2018-05-07"),
    ("weekday of a week", "2018-05-10", "It began on [Friday last week].", "2018-05-04"),
    ("weekday of a week", "2018-05-13", "It began on [Sunday of last week].", "2018-05-06"),
    ("day by name", "2023-03-01", "It was hit [yesterday].", "2023-02-28"),
    ("day by name", "2024-03-01", "It was hit [last night].", "2024-02-29"),
    ("day by name", "2024-03-01", "It said [this morning] that it was hit.", "2024-03-01"),
    ("day by name", "2024-01-01", "[Today] it said so.", "2024-01-01"),
    # weekends: the latest that began; "last weekend" said at a weekend is the one before
    ("weekend", "2018-05-10", "It was hit over [the weekend].", "2018-05-05/2018-05-06"),
    ("weekend", "2018-05-12", "It was hit [this weekend].", "2018-05-12/2018-05-13"),
    ("weekend", "2018-05-13", "It was hit [last weekend].", "2018-05-05/2018-05-06"),
    ("weekend", "2019-01-01", "It was hit [last weekend].", "2018-12-29/2018-12-30"),
    # calendar periods; "earlier this" ends with the day of publication
    ("calendar period", SUNDAY, "It was hit [last week].", "2023-08-14/2023-08-20"),
    ("calendar period", MONDAY, "It was hit [last week].", "2023-08-21/2023-08-27"),
    ("calendar period", SUNDAY, "It was hit [this week].", "2023-08-21/2023-08-27"),
    ("calendar period", SUNDAY, "It was hit [this month].", "2023-08-01/2023-08-31"),
    ("calendar period", "2024-03-31", "It was hit [last month].", "2024-02-01/2024-02-29"),
    ("calendar period", "2024-01-31", "It was hit [last month].", "2023-12-01/2023-12-31"),
    ("calendar period", "2024-01-31", "It was hit [last quarter].", "2023-10-01/2023-12-31"),
    ("calendar period", "2024-02-29", "It was hit [last year].", "2023-01-01/2023-12-31"),
    ("calendar period", SUNDAY, "It was hit [earlier this month].", "2023-08-01/2023-08-27"),
    ("calendar period", MONDAY, "It was hit [earlier this week].", "2023-08-28"),
    ("calendar period", SUNDAY, "It will speak [later this month].", "2023-08-27/2023-08-31"),
    ("calendar period", "2012-10-10", "Letters follow [next week].", "2012-10-15/2012-10-21"),
    ("calendar period", "2012-12-10", "Letters follow [next month].", "2013-01-01/2013-01-31"),
    ("calendar period", "2017-05-18", "[Late last week] it was hit.", "2017-05-11/2017-05-14"),
    ("calendar period", "2018-08-21", "at [the end of last month]", "2018-07-21/2018-07-31"),
    ("calendar period", "2018-08-21", "[early last quarter]", "2018-04-01/2018-04-30"),
    ("calendar period", "2014-08-18", "at [the start of the year]", "2014-01-01/2014-01-31"),
    ("calendar period", "2014-08-20", "noticed [earlier in the week]", "2014-08-18/2014-08-20"),
    # so long ago: the unit that is said is the precision
    ("time ago", "2017-01-10", "It was hit [14 days ago].", "2016-12-27"),
    ("time ago", "2020-03-01", "It was hit [two days ago].", "2020-02-28"),
    ("time ago", "2018-05-10", "It was hit [two weeks ago].", "2018-04-23/2018-04-29"),
    ("time ago", "2017-03-16", "It was hit [about 13 months ago].", "2016-02-01/2016-02-29"),
    ("time ago", "2018-11-22", "It was hit [a year ago].", "2017-01-01/2017-12-31"),
    ("time ago", "2017-05-04", "It was hit [over a decade ago].", "../2007-05-04"),
    ("time ago", "2017-06-01", "[More than 10 years ago] it was hit.", "../2007-06-01"),
    ("recent stretch", "2018-05-10", "It was hit in [the past week].", "2018-05-03/2018-05-10"),
    ("recent stretch", "2020-03-01", "hit over [the last two days]", "2020-02-28/2020-03-01"),
    ("recent stretch", "2020-03-31", "hit in [recent weeks]", "2020-03-03/2020-03-31"),
    ("recent stretch", "2020-01-05", "hit in [the past few days]", "2020-01-02/2020-01-05"),
    # seasons: three whole months, the winter goes on into the next year
    ("season", "2015-03-19", "It was hit [last fall].", "2014-09-01/2014-11-30"),
    ("season", "2014-03-31", "It was hit [last summer].", "2013-06-01/2013-08-31"),
    ("season", "2014-03-31", "[the spring of 2006]", "2006-03-01/2006-05-31"),
    ("season", "2020-03-31", "[the winter of 2019]", "2019-12-01/2020-02-29"),
    ("season", "2019-06-03", "It was sold in [the autumn].", "2018-09-01/2018-11-30"),
    ("season", "2019-06-01", "It was sold over [the summer].", "2019-06-01/2019-08-31"),
    ("share of a year", "2018-05-10", "[the third quarter of 2017]", "2017-07-01/2017-09-30"),
    ("share of a year", "2018-05-10", "In [Q4 2017] it grew.", "2017-10-01/2017-12-31"),
    ("share of a year", "2016-02-03", "[the first half of this year]", "2016-01-01/2016-06-30"),
    ("share of a year", "2016-02-03", "[the last quarter of last year]", "2015-10-01/2015-12-31"),
    # quarters without a year: the latest that began, or where it lies ahead the one that ends nearest
    ("quarter", "2023-11-09", "Sales fell in [the third quarter].", "2023-07-01/2023-09-30"),
    ("quarter", "2023-11-02", "It will report [fourth-quarter] sales soon.", "2023-10-01/2023-12-31"),
    ("fiscal year", "2023-11-09", "Sales fell in [fiscal 2022].", "2022-01-01/2022-12-31"),
    ("fiscal year", "2021-11-09", "in the [financial year 2021]", "2021-01-01/2021-12-31"),
    ("year in words", "1998-11-09", "It sank in [nineteen ninety-six].", "1996-01-01/1996-12-31"),
    ("year in words", "1999-11-09", "It ends in [the year two thousand].", "2000-01-01/2000-12-31"),
    ("years", "2023-11-09", "The drought ([1980-1988]) was long.", "1980-01-01/1988-12-31"),
    ("years", "2021-11-09", "the winter of thefts, [2019–2020]", "2019-01-01/2020-12-31"),
    ("months of a year", "2023-11-09", "in [the first three months of 2023]", "2023-01-01/2023-03-31"),
    ("months of a year", "2021-11-09", "in [the last few months of 2020]", "2020-09-01/2020-12-31"),
    # days in figures, and the day alone
    ("numeric day", "2023-08-27", "It was hit on [27/08/2022].", "2022-08-27"),
    ("numeric day", "2024-08-27", "It was hit on [8/27/23].", "2023-08-27"),
    ("numeric day", "2024-08-27", "It was hit on [27/8/99].", "1999-08-27"),
    ("day of some month", "2023-08-27", "It was hit on [the 14th], a clerk said.", "2023-08-14"),
    ("day of some month", "2023-03-30", "It was hit on [the 31st].", "2023-01-31"),
    ("day of some month", "2023-08-27", "It will shut on [the 5th].", "2023-09-05"),
    # holidays, the weekends that they make long, and the days before them
    ("holiday", "2023-01-09", "It was hit on [Christmas Day].", "2022-12-25"),
    ("holiday", "2019-06-03", "It was hit over [Easter 2018].", "2018-03-30/2018-04-02"),
    ("holiday", "2023-11-09", "It was hit on [Labor Day weekend].", "2023-09-02/2023-09-04"),
    ("holiday", "2023-11-09", "It will be shut on [Thanksgiving].", "2023-11-23"),
    ("holiday", "2018-11-09", "It was hit on [the Fourth of July weekend].", "2018-07-04/2018-07-08"),
    ("before a holiday", "2023-01-13", "hit [a few days before Christmas]", "2022-12-20/2022-12-24"),
    ("before a holiday", "2017-01-13", "It was seen [before Christmas].", "2016-12-01/2016-12-24"),
    ("before a holiday", "2024-06-13", "seen [two days before Easter Monday]", "2024-03-30"),
    ("bank holiday weekend", "2016-11-18", "over [the October bank holiday weekend]", "2016-10-29/2016-10-31"),
    ("bank holiday weekend", "2022-07-18", "over [the August bank holiday weekend]", "2021-08-28/2021-08-30"),
    ("weekend", "2018-09-04", "It was hit over [the long weekend].", "2018-09-01/2018-09-03"),
    # open ends
    ("since month", "2018-04-30", "It was open since [May].", "2017-05-01/.."),
    ("since month", "2018-05-30", "It was open since at least [May].", "2018-05-01/.."),
    ("since year", "2018-05-30", "It was open since [2015].", "2015-01-01/.."),
    ("since year", "2017-04-04", "from [2016 onwards]", "2016-01-01/.."),
    ("since day of a month", "2018-05-30", "It was open since [May 3], it said.", "2018-05-03/.."),
    ("since share of a year", "2026-01-16", "since [Q3 of 2025]", "2025-07-01/.."),
    # ... but what starts on a day is told of that day
    ("day of a month", "2025-05-29", "Letters go out starting [May 24].", "2025-05-24"),
    # ranges
    ("range", "2018-11-09", "[between April and September of this year]", "2018-04-01/2018-09-30"),
    ("range", "2019-01-09", "[between April and September]", "2018-04-01/2018-09-30"),
    ("range", "2019-01-09", "[from November to January]", "2018-11-01/2019-01-31"),
    ("range", "2020-01-09", "[from 2014 to 2018]", "2014-01-01/2018-12-31"),
    ("range", "2018-07-16", "It ran [from March 26 until May 4].", "2018-03-26/2018-05-04"),
    ("range", "2022-09-01", "It ran [June 3 to August 27, 2022].", "2022-06-03/2022-08-27"),
    ("range", "2026-01-16", "[between December 19 and January 4]", "2025-12-19/2026-01-04"),
    ("range", "2012-10-30", "[between August last year and January]", "2011-08-01/2012-01-31"),
    ("range", "2017-05-01", "[from late 2014 through 2016]", "2014-10-01/2016-12-31"),
    ("range", "2018-05-10", "[between Saturday and Monday]", "2018-05-05/2018-05-07"),
    ("range", "2018-05-07", "[between Friday and Monday]", "2018-05-04/2018-05-07"),
    ("range", "2018-05-12", "[from Saturday to Monday]", "2018-05-05/2018-05-07"),
    # ... "and" joins without "between" only what adjoins
    ("range", "2017-08-16", "hit in [late July and early August]", "2017-07-21/2017-08-10"),
    ("range", "2017-03-31", "calls made in [2015 and 2016]", "2015-01-01/2016-12-31"),
]

# Times counted from a time told before in the text: the day of publication, the text, the days.
TOLD_ROWS = [
    ("2014-03-31", "She lost it on July 9. [The next day] it was found.", "2013-07-10"),
    ("2016-03-01", "Stolen on February 28, it was found [the following morning].", "2016-02-29"),
    ("2014-11-10", "On July 28 it saw this and wrote to them [the same day].", "2014-07-28"),
    ("2016-02-08", "He saw it on May 6. It was stolen [earlier that day].", "2015-05-06"),
    ("2022-11-03", "It was hit on Sept. 18 and said so [three days later].", "2022-09-21"),
    ("2019-01-09", "It was found on January 2, [a week earlier] than", "2018-12-26"),
    ("2020-01-09", "It was found on January 2; [the day before], all was well.", "2020-01-01"),
    ("2020-01-09", "It was found on January 2, and shut [the day after].", "2020-01-03"),
    ("2010-06-17", "Seen on Saturday, May 29, it was missed [the following Sunday].", "2010-05-30"),
    ("2019-06-14", "Left there on Monday, June 3, it came back [the following Monday].", "2019-06-10"),
    ("2019-06-14", "It was Tuesday, June 4, and [the previous Friday] it was well.", "2019-05-31"),
    ("2017-01-10", "It was 200 on December 27 and 2,000 [the following week].", "2017-01-02/2017-01-08"),
    ("2018-01-10", "It was hit on May 30 and again [that same week].", "2017-05-29/2017-06-04"),
    ("2017-02-09", "It was hit in September and learned of it [three months later].", "2016-12-01/2016-12-31"),
    ("2017-02-09", "It was hit on January 31 and learned of it [the previous month]", "2016-12-01/2016-12-31"),
    ("2017-01-13", "It was hit in 2014. [The following year] another was.", "2015-01-01/2015-12-31"),
    ("2017-01-13", "It was hit in May 2014, and [two years earlier].", "2012-01-01/2012-12-31"),
    ("2024-06-07", "Open from March 2019, it was found in [July of that year].", "2019-07-01/2019-07-31"),
    ("2024-06-07", "It was hit in 2019 and made amends in [March of the following year].", "2020-03-01/2020-03-31"),
    ("2013-03-22", "Hit in 2011. It lost them [between April and July of that year].", "2011-04-01/2011-07-31"),
    ("2020-03-27", "[between Friday, March 13 and the following Monday]", "2020-03-13/2020-03-16"),
    # one counts from the other
    ("2020-02-27", "It was hit on February 3. The next day it knew, and [two days later] it said so.", "2020-02-06"),
    # a month is no day from which days could be counted, but the day before it is
    (
        "2020-02-27",
        "On January 3 it was hit. It had been open since May. [Three days later] it was shut.",
        "2020-01-06",
    ),
]

# No time is told: the day of publication is never taken for it.
UNTOLD_ROWS = [
    "The next day it was found.",
    "Three days later it was found.",
    "It was reported missing the following Monday.",
    "In May it was open. Three days later it was shut.",
    "It was hit in May. In July of that year it was found.",
]

NOT_DATES = [
    "Hackers may have taken it, and this may be all.",
    "They may 5 times a day march on.",
    "The march of progress; by march or by rail.",
    "It runs version 2023 of the software.",
    "Windows 2016 and Office 2019 are in use.",
    "Call 555-1234, 020 7946 0000 or 1-800-555-2019.",
    "Support is there 24/7.",
    "It affected 500 people and up to 2000 employees.",
    "The 2000 customers were told, at least 2010 victims in all.",
    "It paid $2,016 and then £2018.",
    "A second fault, the last of them, will fall.",
    "On February 30 nothing happened.",
    "It is dated 2023-13-01.",
    "The attack began in 2077.",
    "Microsoft's Patch Tuesday and Black Friday",
    "In 1.2 seconds, at 10:30, chapter 12, 3-1 at home",
    "An early look at the late owner of the middle school",
    "The quarter of users in the first half of the list",
]

# dateparser, asked for a date in the past and told the day of publication, gives another day or none; ours decides.
DATEPARSER_IS_WRONG = [
    ("on Sunday", SUNDAY, "2023-08-27"),  # dateparser: a week before
    ("Sunday", SUNDAY, "2023-08-27"),  # likewise
    ("earlier this month", SUNDAY, "2023-08-01/2023-08-27"),  # none
    ("this month", SUNDAY, "2023-08-01/2023-08-31"),  # the day of publication
    ("this year", "2018-05-10", "2018-01-01/2018-12-31"),  # the day of publication
    ("last month", "2024-03-31", "2024-02-01/2024-02-29"),  # a day a month before
    ("last week", SUNDAY, "2023-08-14/2023-08-20"),  # a day a week before
    ("last year", "2024-02-29", "2023-01-01/2023-12-31"),  # a day a year before
    ("a decade ago", "2018-05-10", "2008-01-01/2008-12-31"),  # to the day
    ("two weeks ago", "2018-05-10", "2018-04-23/2018-04-29"),  # to the day
    ("a couple of days ago", "2018-05-10", "2018-05-08"),  # none
    ("in May", "2018-05-10", "2018-05-01/2018-05-31"),  # a day of the month
    ("in 2017", "2018-06-01", "2017-01-01/2017-12-31"),  # a day of the year
    ("late July", SUNDAY, "2023-07-21/2023-07-31"),  # none
    ("mid-April", SUNDAY, "2023-04-11/2023-04-20"),  # none
    ("last December", "2018-05-10", "2017-12-01/2017-12-31"),  # none
    ("over the weekend", "2018-05-10", "2018-05-05/2018-05-06"),  # none
    ("last summer", "2018-05-10", "2017-06-01/2017-08-31"),  # none
    ("Friday last week", "2018-05-10", "2018-05-04"),  # none
    ("March 5 last year", "2019-01-02", "2018-03-05"),  # none
    ("since May", "2018-05-10", "2018-05-01/.."),  # none
    ("the third quarter of 2017", "2018-05-10", "2017-07-01/2017-09-30"),  # none
    ("on the 14th", "2023-08-10", "2023-07-14"),  # the 14th of the same month
    ("Labor Day weekend", "2018-10-10", "2018-09-01/2018-09-03"),  # none
    ("Christmas Day", "2018-05-10", "2017-12-25"),  # none
    ("a few months ago", "2018-05-10", "2018-01-01/2018-03-31"),  # none
    ("fiscal 2017", "2018-05-10", "2017-01-01/2017-12-31"),  # none
    ("until 3 June", "2018-11-10", "../2018-06-03"),  # none
]


def days_of(time: Time) -> str:
    """The days of a time as the rows write them."""
    if time.start == time.end:
        return str(time.start)
    return f"{time.start or '..'}/{time.end or '..'}"


def find_rows(text: str, published: str) -> list[tuple[str, str, str]]:
    """What is found in a text: rule, expression and days."""
    times = find_times(text, date.fromisoformat(published))
    return [(one.rule, text[one.start_char : one.end_char], days_of(one)) for one in times]


def read_marked(marked: str) -> tuple[str, str]:
    """The text without its brackets, and the expression that stood in them."""
    text = marked.replace("[", "").replace("]", "")
    return text, marked[marked.index("[") + 1 : marked.index("]")]


@pytest.mark.parametrize(("rule", "published", "marked", "days"), ROWS)
def test_expression_is_resolved(rule: str, published: str, marked: str, days: str) -> None:
    text, expression = read_marked(marked)
    assert find_rows(text, published) == [(rule, expression, days)]


def test_every_rule_has_rows_with_different_days_of_publication() -> None:
    rules = [rule for rule in read_rules("times")["rules"] if "told_days" not in rule]
    for name in {rule["name"] for rule in rules}:
        rows = {row[1] for row in ROWS if row[0].removeprefix("since ") == name}
        assert len(rows) >= 2, f"the rule {name!r} has fewer than two rows"


def test_every_rule_that_counts_from_a_time_told_has_two_rows() -> None:
    found = [row[0] for published, marked, _ in TOLD_ROWS for row in find_rows(read_marked(marked)[0], published)]
    for name in {rule["name"] for rule in read_rules("times")["rules"] if "told_days" in rule}:
        assert found.count(name) >= 2, f"the rule {name!r} has fewer than two rows"


def test_every_rule_names_a_resolver_and_each_resolver_has_a_rule() -> None:
    assert {rule["resolve"] for rule in read_rules("times")["rules"]} == set(RESOLVERS)


@pytest.mark.parametrize(("published", "marked", "days"), TOLD_ROWS)
def test_time_counts_from_the_time_told_before(published: str, marked: str, days: str) -> None:
    text, expression = read_marked(marked)
    assert (expression, days) in [row[1:] for row in find_rows(text, published)]


@pytest.mark.parametrize("text", UNTOLD_ROWS)
def test_nothing_is_counted_from_the_day_of_publication(text: str) -> None:
    told = {rule["name"] for rule in read_rules("times")["rules"] if "told_days" in rule}
    found = find_rows(text, "2020-01-09")
    assert not [row for row in found if row[0] in told or row[0] == "weekday"]


@pytest.mark.parametrize("text", NOT_DATES)
def test_what_is_no_time_is_left(text: str) -> None:
    assert find_rows(text, SUNDAY) == []


@pytest.mark.parametrize(("expression", "published", "days"), DATEPARSER_IS_WRONG)
def test_our_rules_decide_where_dateparser_is_wrong(expression: str, published: str, days: str) -> None:
    anchor = date.fromisoformat(published)
    settings = {"RELATIVE_BASE": datetime.combine(anchor, time(12)), "PREFER_DATES_FROM": "past"}
    theirs = dateparser.parse(expression, languages=["en"], settings=settings)
    assert [row[2] for row in find_rows(f"It was {expression}.", published)] == [days]
    assert str(theirs and theirs.date()) != days


@pytest.mark.parametrize(
    "marked",
    [
        "It began in [mid-April].",
        "It began on [22 March]. Then it grew.",
        "It began in [September]. Then it grew.",
        "It began in [May].",
        "It began on [5 Aug.]",  # the stop is the abbreviation's, though it ends the sentence too
        "It began in [Sept. 2022].",
    ],
)
def test_full_stop_belongs_to_abbreviations_alone(marked: str) -> None:
    text, expression = read_marked(marked)
    assert [row[1] for row in find_rows(text, SUNDAY)] == [expression]


def test_several_times_of_a_text_are_found_in_reading_order() -> None:
    text = "On Friday it said that hackers came in on May 3, stayed until late June and had been seen in 2021."
    assert find_rows(text, SUNDAY) == [
        ("weekday", "Friday", "2023-08-25"),
        ("day of a month", "May 3", "2023-05-03"),
        ("until part of a month", "late June", "../2023-06-30"),
        ("year", "2021", "2021-01-01/2021-12-31"),
    ]


def test_days_that_don_t_adjoin_are_not_joined() -> None:
    assert [row[2] for row in find_rows("It met on May 3 and May 5.", SUNDAY)] == ["2023-05-03", "2023-05-05"]


def test_times_outside_the_calendar_are_left() -> None:
    assert find_rows("On May 3, 2020. " + "99 months earlier " * 300, SUNDAY)


# What the outlet's country tells of "04/05/2024": its day first or not; without it both are read.
@pytest.mark.parametrize(
    ("day_first", "readings"),
    [(True, ["2024-05-04"]), (False, ["2024-04-05"]), (None, ["2024-05-04", "2024-04-05"])],
)
def test_order_of_day_and_month_is_told_or_both_are_read(day_first: bool | None, readings: list[str]) -> None:
    (found,) = find_times("Logged on 04/05/2024.", date(2024, 6, 1), day_first=day_first)
    read = [(found.start, found.end), *([found.other] if found.other else [])]
    assert [str(start) for start, end in read if start == end] == readings


# What stands alone may be a time where a text would not say so; what counts from another time is none alone.
@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("2016", "2016-01-01/2016-12-31"),
        ("May", "2018-05-01/2018-05-31"),
        ("weekend", "2018-05-05/2018-05-06"),
        ("the 9th", "2018-05-09"),
        ("around 3 May", "2018-05-03"),
        ("Mar 3rd, '17 at 10:30", "2017-03-03"),  # dateparser's
        ("two days later", None),
        ("hello", None),
        ("a", None),
        ("12", None),
        ("", None),
    ],
)
def test_an_expression_alone_is_resolved(expression: str, days: str | None) -> None:
    found = resolve_time(expression, date(2018, 5, 10))
    assert (found and days_of(found)) == days
    assert not found or (0 <= found.start_char < found.end_char <= len(expression))


ANCHORS = st.dates(date(1995, 1, 1), date(2060, 12, 31))
PIECES = st.sampled_from([row[2] for row in ROWS] + [row[1] for row in TOLD_ROWS] + NOT_DATES)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=3), ANCHORS)
def test_times_lie_in_the_text_in_order_and_end_not_before_they_start(pieces: list[str], anchor: date) -> None:
    text = " ".join(pieces)
    end_of_last = 0
    for one in find_times(text, anchor):
        assert end_of_last <= one.start_char < one.end_char <= len(text)
        assert one.start or one.end
        assert not (one.start and one.end) or one.start <= one.end
        end_of_last = one.end_char


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(st.text(), st.lists(PIECES, max_size=3).map("".join)), st.dates(), st.sampled_from([None, True, False])
)
def test_any_text_and_any_anchor_give_times_and_twice_the_same(text: str, anchor: date, day_first: bool | None) -> None:
    times = find_times(text, anchor, day_first=day_first)
    assert times == find_times(text, anchor, day_first=day_first)
    for one in times:
        assert 0 <= one.start_char < one.end_char <= len(text)
        assert one.start or one.end
        assert not (one.start and one.end) or one.start <= one.end


@given(st.sampled_from(WEEKDAYS), st.sampled_from(["It met on {}.", "It met last {}.", "It will meet on {}."]), ANCHORS)
def test_weekdays_move_with_the_anchor(name: str, told: str, anchor: date) -> None:
    text = told.format(name.title())
    (one,), (later,) = find_times(text, anchor), find_times(text, anchor + timedelta(days=21))
    assert one.start
    assert later.start == one.start + timedelta(days=21)
    assert one.start.weekday() == WEEKDAYS.index(name)


@given(st.integers(1900, 2150))
def test_easter_is_a_sunday_of_spring(year: int) -> None:
    assert date(year, 3, 22) <= find_easter(year) <= date(year, 4, 25)
    assert find_easter(year).weekday() == 6


@given(st.sampled_from(WEEKDAYS), ANCHORS)
def test_latest_weekday_is_within_the_week_before(name: str, anchor: date) -> None:
    latest, before = latest_weekday(name, anchor), latest_weekday(name, anchor, before=True)
    assert latest.weekday() == before.weekday() == WEEKDAYS.index(name)
    assert timedelta() <= anchor - latest < timedelta(days=7)
    assert timedelta() < anchor - before <= timedelta(days=7)


@given(ANCHORS)
def test_week_runs_from_monday_to_sunday(day: date) -> None:
    monday, sunday = week_of(day)
    assert (monday.weekday(), sunday.weekday(), (sunday - monday).days) == (0, 6, 6)
    assert monday <= day <= sunday


@given(ANCHORS, st.integers(-100, 100))
def test_shifting_months_back_undoes_it(day: date, months: int) -> None:
    year, month = shift_month(day.year, day.month, months)
    assert 1 <= month <= 12
    assert shift_month(year, month, -months) == (day.year, day.month)


@given(ANCHORS, st.sampled_from(["early", "mid", "late", "start", "end", "middle", "beginning"]))
def test_parts_lie_in_what_they_are_parts_of(day: date, part: str) -> None:
    for whole in (week_of(day), days_of_month(day.year, day.month), days_of_year(day.year)):
        start, end = part_of(whole, part)
        assert whole[0] <= start <= end <= whole[1]
