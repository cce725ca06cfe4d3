"""Homes of embedded servers, for the tests of the launcher."""

from tests.fixtures.homes import home as home
from tests.fixtures.homes import kept_home as kept_home
from tests.fixtures.homes import new_home as new_home
from tests.fixtures.homes import owners as owners
from tests.fixtures.homes import shelf as shelf
