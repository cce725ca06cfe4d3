"""Who may do what in the catalogue: the policy rows, and fetching a thing for somebody who may have it."""

from .places import PLACES as PLACES
from .places import access_addon as access_addon
from .places import access_page as access_page
from .places import access_room as access_room
from .places import access_venue as access_venue
from .places import may_manage as may_manage
from .places import may_see_all as may_see_all
from .places import see_room as see_room
from .places import see_venue as see_venue
from .places import visible_statuses as visible_statuses
from .providers import PROVIDERS as PROVIDERS
from .providers import access_provider as access_provider
from .providers import own_provider as own_provider
from .providers import owned_provider as owned_provider
from .providers import providers_run_by as providers_run_by
from .providers import runs as runs
from .providers import see_provider as see_provider
from .providers import sees_private as sees_private
from .services import SERVICES as SERVICES
from .services import access_service as access_service
from .services import see_service as see_service
from .staff import STAFF as STAFF
from .staff import access_staff as access_staff

POLICY = {**PLACES, **PROVIDERS, **SERVICES, **STAFF}
