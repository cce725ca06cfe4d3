"""The tables of reviews and disputes."""

from .disputes import Dispute as Dispute
from .disputes import DisputeNote as DisputeNote
from .disputes import dispute_transitions as dispute_transitions
from .reviews import CustomerRating as CustomerRating
from .reviews import Review as Review
from .reviews import review_transitions as review_transitions
