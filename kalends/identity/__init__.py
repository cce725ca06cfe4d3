"""Identity: who is who, and what they may do just now."""

from .errors import EmailTaken as EmailTaken
from .errors import LastSuperAdmin as LastSuperAdmin
from .errors import UnknownPlace as UnknownPlace
from .events import PasswordChanged as PasswordChanged
from .events import UserRegistered as UserRegistered
from .events import UserSuspended as UserSuspended
from .rules.contacts import normal_email as normal_email
from .rules.contacts import normal_phone as normal_phone
from .service.authenticate import JwtAuthenticator as JwtAuthenticator
from .service.hashing import hash_password as hash_password
from .service.people import find_person_by_email as find_person_by_email
from .service.people import get_person as get_person
from .service.people import managers_of as managers_of
from .service.people import people as people
from .service.people import register_person as register_person
from .service.roles import add_membership as add_membership
from .service.roles import grant_role as grant_role
from .service.roles import leave_staff as leave_staff
from .service.roles import remove_membership as remove_membership
from .service.roles import revoke_role as revoke_role
from .types import MembershipFacts as MembershipFacts
from .types import NewPerson as NewPerson
from .types import Person as Person
from .types import PlatformRole as PlatformRole
from .types import ProviderRole as ProviderRole
from .types import UserStatus as UserStatus
