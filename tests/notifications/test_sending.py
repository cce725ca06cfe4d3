"""How a message leaves: after its cause committed, outside any unit, with the same id each time."""

from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest
from sample_letters import a_booking
from sqlalchemy import text

from kalends.core.house import House, Ports
from kalends.core.ids import new_id
from kalends.core.ports import Attachment, Mail, outside_units
from kalends.core.unit import open_unit
from kalends.identity import NewPerson, Person, register_person
from kalends.notifications.rules.payload import pack, unpack
from kalends.notifications.service.send import send_message
from kalends.notifications.service.write import Letter, write_letter

ADDRESS = "asha@example.com"


@dataclass
class Post:
    """A mail port that refuses the first `refusals` mails."""

    refusals: int = 0
    accepted: list[Mail] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    async def send(self, mail: Mail) -> None:
        outside_units()
        self.tried.append(mail.message_id)
        if len(self.tried) <= self.refusals:
            raise ConnectionError(f"no route to {mail.to}")
        self.accepted.append(mail)


def with_post(house: House, post: Post) -> House:
    return replace(house, ports=Ports(gateways=house.ports.gateways, mail=post))


async def written(house: House) -> UUID:
    """Write one letter, and return the id of its message."""
    async with open_unit(house) as unit:
        person = await register_person(unit, NewPerson(ADDRESS, "x", "Asha Rao"))
        await write_letter(unit, a_letter(person))
    rows = await all_of(house, "SELECT id FROM messages WHERE template = 'booking_confirmed'")
    return rows[0].id


def a_letter(person: Person) -> Letter:
    papers = (Attachment("a.pdf", "application/pdf", b"%PDF-asha\x00"),)
    facts = {"booking": a_booking(), "links": None}
    return Letter("booking_confirmed", "once", person, facts, ("ravi@example.com",), papers)


async def all_of(house: House, statement: str):
    async with open_unit(house) as unit:
        return (await unit.session.execute(text(statement))).all()


@pytest.mark.req("H-097", "I-042")
async def test_a_message_leaves_from_a_job_after_its_cause_committed(house, run_jobs):
    post = Post()
    message_id = await written(house)
    assert post.tried == []
    await run_jobs(with_post(house, post))
    mails = [m for m in post.accepted if m.message_id == str(message_id)]
    assert [(m.to, m.cc) for m in mails] == [(ADDRESS, ("ravi@example.com",))]
    assert mails[0].attachments[0].content == b"%PDF-asha\x00"


async def test_a_refused_message_is_tried_again_with_the_same_id_and_bytes(house):
    post = Post(refusals=1)
    message_id = await written(house)
    served = with_post(house, post)
    with pytest.raises(ConnectionError):
        await send_message(served, message_id)
    await send_message(served, message_id)
    await send_message(served, message_id)
    assert post.tried == [str(message_id)] * 2
    assert len(post.accepted) == 1
    history = await all_of(house, "SELECT to_state, reason FROM message_transitions ORDER BY seq")
    assert [tuple(row) for row in history] == [
        ("queued", None),
        ("failed", "ConnectionError"),
        ("sent", None),
    ]


async def test_a_message_that_has_not_left_is_not_in_the_mailbox(house, client):
    message_id = await written(house)
    assert (await client.get("/dev/messages")).json() == {"items": []}
    assert (await client.get(f"/dev/mailbox/{message_id}")).status_code == 404
    assert (await client.get(f"/dev/messages/{message_id}/attachments/0")).status_code == 404


async def test_the_same_occasion_is_written_once_per_person(house):
    async with open_unit(house) as unit:
        asha = await register_person(unit, NewPerson(ADDRESS, "x", "Asha"))
        ravi = await register_person(unit, NewPerson("ravi@example.com", "x", "Ravi"))
        for person in (asha, ravi, asha):
            await write_letter(unit, a_letter(person))
    rows = await all_of(
        house, "SELECT dedupe_key FROM messages WHERE template = 'booking_confirmed'"
    )
    assert len(rows) == 2


async def test_no_address_name_or_text_is_readable_in_the_table(house):
    await written(house)
    rows = await all_of(house, "SELECT messages::text, encode(payload, 'escape') FROM messages")
    stored = " ".join(" ".join(row) for row in rows)
    for secret in (ADDRESS, "ravi@example.com", "Asha", "Main Hall", "asha"):
        assert secret not in stored


async def test_a_message_of_another_row_does_not_open(house):
    await written(house)
    sealed = (await all_of(house, "SELECT payload FROM messages WHERE channel = 'mail'"))[0].payload
    with pytest.raises(ValueError, match="changed or moved"):
        house.keyring.open(bytes(sealed), f"messages:payload:{new_id()}")


def test_a_packed_mail_opens_as_it_was():
    papers = (Attachment("a.ics", "text/calendar", bytes(range(256))),)
    mail = Mail("7", ADDRESS, "₹ subject", "text\n", "<p>ü</p>", ("b@c.test",), papers)
    assert unpack("7", pack(mail)) == mail
