"""Reviews and disputes on the wire."""

from .disputes import AdminDisputeRead as AdminDisputeRead
from .disputes import DecisionIn as DecisionIn
from .disputes import DisputeCreate as DisputeCreate
from .disputes import DisputeDetail as DisputeDetail
from .disputes import DisputeOpenedRead as DisputeOpenedRead
from .disputes import DisputeQuery as DisputeQuery
from .disputes import DisputeRead as DisputeRead
from .disputes import NoteIn as NoteIn
from .reviews import CustomerRatingRead as CustomerRatingRead
from .reviews import ReviewCreate as ReviewCreate
from .reviews import ReviewDetail as ReviewDetail
from .reviews import ReviewHide as ReviewHide
from .reviews import ReviewQuery as ReviewQuery
from .reviews import ReviewRead as ReviewRead
