"""The core: no domain. One way each for work, events, jobs, timers, states, money, time, access, errors.

Rooms import its modules directly (`from kalends.core.unit import Unit`); they are its door.
"""
