"""What people say about rooms after their bookings, and who may see it."""

from .events import ReviewHidden as ReviewHidden
from .events import ReviewPosted as ReviewPosted
from .service.moderate import hide_review as hide_review
from .service.moderate import publish_review as publish_review
from .service.post_review import post_review as post_review
from .service.read import get_review as get_review
from .types import NewReview as NewReview
from .types import ReviewFacts as ReviewFacts
from .types import ReviewState as ReviewState
