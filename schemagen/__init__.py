"""Error formats as JSON Schemas, OpenAPI responses and a validator."""
