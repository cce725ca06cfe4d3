"""docs/: what is generated is up to date, and a mark names a requirement that exists."""

import re

import pytest

from kalends.app import docs, requirements


@pytest.mark.parametrize("name", docs.PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    written = (docs.DOCS / name).read_text(encoding="utf-8")
    assert written == docs.PAGES[name](), "run make docs"


def test_every_mark_names_a_requirement_that_exists() -> None:
    known = {r.id for r in requirements.requirements()}
    assert not requirements.answers().keys() - known


def test_the_list_of_requirements_is_whole() -> None:
    ids = [r.id for r in requirements.requirements()]
    assert len(ids) == len(set(ids))
    assert sum(bool(re.fullmatch(r"[MHGSI]-\d{3}", i)) for i in ids) == 832
    assert sum(bool(re.fullmatch(r"[CX]-\d{2,3}", i)) for i in ids) == len(ids) - 832
