"""Distances on a sphere as large as the earth; good to half a per cent."""

from math import asin, cos, degrees, radians, sin, sqrt

EARTH_KM = 6371.0088
_POLE = 90.0
_MARGIN = 1.000001  # a point on the circle must not fall out of the box by rounding

Box = tuple[float, float, float, float]


def distance_km(lat1: float, lng1: float, lat2: float, lng2: float) -> float:
    """The great-circle distance between two points in degrees."""
    half_height = sin(radians(lat2 - lat1) / 2)
    half_width = sin(radians(lng2 - lng1) / 2)
    share = half_height**2 + cos(radians(lat1)) * cos(radians(lat2)) * half_width**2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, share)))


def box_around(lat: float, lng: float, radius_km: float) -> Box:
    """(lat_min, lat_max, lng_min, lng_max) that holds everything within the radius of a point.

    Across the 180th meridian lng_min is greater than lng_max; a circle around a pole needs all
    longitudes.
    """
    angle = radius_km / EARTH_KM * _MARGIN
    south, north = lat - degrees(angle), lat + degrees(angle)
    if south <= -_POLE or north >= _POLE:
        return max(south, -_POLE), min(north, _POLE), -180.0, 180.0
    reach = degrees(asin(min(1.0, sin(angle) / cos(radians(lat)))))
    return south, north, _wrapped(lng - reach), _wrapped(lng + reach)


def _wrapped(lng: float) -> float:
    return (lng + 180) % 360 - 180
