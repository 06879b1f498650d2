"""Changes of the schema, applied in order by `Database.upgrade()`."""
