"""What people say about each other after their bookings, what they complain about, and what is decided."""

from .events import DisputeClosed as DisputeClosed
from .events import DisputeOpened as DisputeOpened
from .events import DisputeUnderReview as DisputeUnderReview
from .events import ReviewHidden as ReviewHidden
from .events import ReviewPosted as ReviewPosted
from .service.decide_dispute import decide_dispute as decide_dispute
from .service.moderate import hide_review as hide_review
from .service.moderate import publish_review as publish_review
from .service.open_dispute import open_dispute as open_dispute
from .service.post_review import post_review as post_review
from .service.read import get_review as get_review
from .service.read_disputes import get_dispute as get_dispute
from .types import Decision as Decision
from .types import DisputeFacts as DisputeFacts
from .types import DisputeReason as DisputeReason
from .types import DisputeState as DisputeState
from .types import NewDispute as NewDispute
from .types import NewReview as NewReview
from .types import ReviewFacts as ReviewFacts
from .types import ReviewState as ReviewState
from .types import ReviewSubject as ReviewSubject
