"""The page Forecast: what the period will bring, what changed since last week, and how forecasts fared."""
