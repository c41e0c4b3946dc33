"""What every contract shares: it never changes once made, and it refuses a field it does not know."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """A frozen value passed between rooms."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)
