"""The operators' report of a month on the wire and as a table."""

import csv
import io
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, ConfigDict

from kalends.core.money import Money, minor_digits
from kalends.core.wire import MoneyRead, Out

from ..types import GatewayDay, HouseDay, MonthReport


def _wire(value: Any) -> Any:
    return MoneyRead.of(value) if isinstance(value, Money) else value


Sum = Annotated[MoneyRead, BeforeValidator(_wire)]


class ReportQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    month: Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-11"])]


class GatewayDayRead(Out):
    """before + captured − refunded − charged_back − paid_out − fees + other = `balance` at the day's end."""

    day: date
    gateway: str
    captured: Sum
    refunded: Sum
    charged_back: Sum
    paid_out: Sum
    fees: Sum
    other: Sum
    balance: Sum


class HouseDayRead(Out):
    """What was earned on the day, and at its end: in escrow, of providers, in wallets, on its way back."""

    day: date
    commission: Sum
    taxes: Sum
    held: Sum
    providers: Sum
    wallets: Sum
    returning: Sum


class MonthReportRead(Out):
    """Each day of the marketplace's time zone, until today when the month is not over."""

    month: str
    gateways: list[GatewayDayRead]
    house: list[HouseDayRead]


def report_table(report: MonthReport, currency: str) -> str:
    """The report as CSV in whole units with decimals: a line for each day and gateway, one for the house."""
    written = io.StringIO()
    names = [f.name for f in fields(GatewayDay)] + [f.name for f in fields(HouseDay)][1:]
    table = csv.DictWriter(written, [*names, "currency"], restval="")
    table.writeheader()
    for row in _rows(report):
        told = {name: _plain(value) for name, value in row.items()}
        table.writerow(told | {"currency": currency})
    return written.getvalue()


def _rows(report: MonthReport) -> Iterator[dict[str, Any]]:
    every: tuple[GatewayDay | HouseDay, ...] = (*report.gateways, *report.house)
    for one in every:
        yield {field.name: getattr(one, field.name) for field in fields(one)}


def _plain(value: Any) -> str:
    if not isinstance(value, Money):
        return str(value)
    digits = minor_digits(value.currency)
    whole, part = divmod(abs(value.amount), 10**digits)
    sign = "-" if value.amount < 0 else ""
    return f"{sign}{whole}" + (f".{part:0{digits}d}" if digits else "")
