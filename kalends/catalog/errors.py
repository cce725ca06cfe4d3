"""What the catalogue refuses."""

from kalends.core.errors import Conflict, Invalid


class AlreadyOnboarded(Conflict):
    code, status, title = (
        "already-onboarded",
        409,
        "You have a profile of your own already; change that one",
    )


class UsernameTaken(Conflict):
    code, status, title = "username-taken", 409, "Somebody has this username; choose another"


class WhichProvider(Invalid):
    code, status, title = "name-a-provider", 422, "Say which provider is meant, with provider_id"


class TaxDetailsWrong(Invalid):
    code, status, title = "tax-details-wrong", 422, "These cannot be the details of a taxpayer here"


class TiersWrong(Invalid):
    code, status, title = "tiers-wrong", 422, "These tiers of cancellation cannot hold here"


class TiersNotOffered(Conflict):
    code, status, title = (
        "tiers-not-offered",
        409,
        "Here everybody has the marketplace's tiers of cancellation",
    )


class AlreadyStaff(Conflict):
    code, status, title = "already-staff", 409, "This account is on the staff already"
