"""Users, teams, grants, keys, territories, calendar, currencies and custom fields."""
