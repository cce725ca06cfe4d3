"""How a line's money is divided into milestones, so that the parts add up to the last unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from kalends.core.money import Money

from ..types import Milestone, MilestoneOrder


@dataclass(frozen=True, slots=True)
class Part:
    """One milestone's share: gross = commission + taxes + net, and net is what is paid out."""

    milestone: Milestone
    net: Money
    commission: Money
    taxes: tuple[tuple[str, Money], ...]

    @property
    def gross(self) -> Money:
        return sum((tax for _, tax in self.taxes), self.net + self.commission)


def divide(
    order: MilestoneOrder, milestones: Sequence[str], reservation_percent: int
) -> list[Part]:
    """Split the order's money over the profile's milestones; a share of nothing makes no milestone.

    Raises ValueError when commission and taxes leave nothing for the provider.
    """
    net = order.amount - order.commission
    for _, tax in order.taxes:
        net -= tax
    if net.amount <= 0:
        raise ValueError("commission and taxes leave nothing to be paid out")
    names = [Milestone(name) for name in milestones]
    weights = _weights(names, reservation_percent)
    if min(share.amount for share in net.split(weights)) == 0:
        names, weights = names[-1:], [1]
    nets, commissions = net.split(weights), order.commission.split(weights)
    taxes = [tax.split(weights) for _, tax in order.taxes]
    labels = [name for name, _ in order.taxes]
    return [
        Part(
            name,
            nets[i],
            commissions[i],
            tuple((label, shares[i]) for label, shares in zip(labels, taxes, strict=True)),
        )
        for i, name in enumerate(names)
    ]


def _weights(names: Sequence[Milestone], reservation_percent: int) -> list[int]:
    percent = {
        Milestone.reservation: reservation_percent,
        Milestone.completion: 100 - reservation_percent,
    }
    return [percent[name] for name in names]
