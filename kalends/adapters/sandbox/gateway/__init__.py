"""The adapter: the marketplace's side of the sandbox provider, over HTTP."""

from .port import SandboxGateway as SandboxGateway
