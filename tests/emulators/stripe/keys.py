"""Idempotency as Stripe's first interface has it: the first answer is kept, refusals and 500s included."""

from dataclasses import dataclass, field

from .problems import Refused


@dataclass
class Keys:
    """Answers by key; None while the first request is still under way."""

    kept: dict[str, tuple[str, tuple[int, bytes] | None]] = field(default_factory=dict)

    def seen(self, key: str, request: str) -> tuple[int, bytes] | None:
        """The kept answer to the same request. Raises Refused for another one, and while it is under way."""
        if len(key) > 255:
            raise Refused(400, "invalid_request_error", "Idempotency key too long", stored=False)
        if key not in self.kept:
            return None
        first, answer = self.kept[key]
        if first != request:
            raise Refused(
                400,
                "idempotency_error",
                "Keys for idempotent requests can only be used with the same parameters they were first used with.",
                stored=False,
            )
        if answer is None:
            raise Refused(
                409,
                "idempotency_error",
                "There is currently another in-progress request using this Idempotent Key.",
                stored=False,
                code="idempotency_key_in_use",
            )
        return answer

    def begin(self, key: str, request: str) -> None:
        self.kept[key] = (request, None)

    def keep(self, key: str, status: int, body: bytes) -> None:
        self.kept[key] = (self.kept[key][0], (status, body))

    def forget(self, key: str) -> None:
        self.kept.pop(key, None)
