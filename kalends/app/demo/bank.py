"""A bank that says no, and one that takes its time: the same story, with money that does not come as it should."""

from datetime import timedelta

from .scene import Scene, at_the_bank, book, open_payment, until

AHEAD = timedelta(days=12)
AFTER_THE_HOLD = timedelta(minutes=20)
AFTER_THE_BANK = timedelta(minutes=45)  # which takes the money an hour after it was asked


async def tell_of_the_bank(scene: Scene) -> None:
    """A card that is declined and then is not; a payment that comes when the hold has lapsed."""
    scene.teller.chapter("The bank has its moods")
    await _declined(scene)
    await _late(scene)


async def _declined(scene: Scene) -> None:
    booking = await book(scene, scene.now + AHEAD)
    order = await open_payment(scene, booking)
    await at_the_bank(scene, order, "declined")
    scene.teller.say("the card is declined: nothing was taken, the slot is still held")
    await at_the_bank(scene, order)
    scene.teller.say("another card, the same payment")
    await until(scene, booking, "confirmed")


async def _late(scene: Scene) -> None:
    booking = await book(scene, scene.now + AHEAD + timedelta(days=1))
    order = await open_payment(scene, booking)
    await at_the_bank(scene, order, "late")
    scene.teller.say("this bank needs an hour, and the slot is held for less")
    await scene.let_pass(AFTER_THE_HOLD)
    await until(scene, booking, "expired")
    await scene.let_pass(AFTER_THE_BANK)
    await until(scene, booking, "confirmed")
    scene.teller.say(
        "the money came late; nobody had taken the slot, so it was won back (else: refunded in full)"
    )
