"""Sends each kind of call with segment-analytics-python: `ADDRESS KEY NAME`."""

import sys

from segment.analytics.client import Client

address, key, name = sys.argv[1:]
anonymous, user = f"{name}-anonymous", f"{name}-user"


def give_up(error: Exception, _events: object) -> None:
    sys.exit(f"Not taken: {error}")


client = Client(key, host=address, on_error=give_up)
page = {"url": "https://shop.example/pricing?utm_source=google&utm_medium=cpc", "referrer": ""}
client.track(anonymous_id=anonymous, event="Tour Started")
client.page(anonymous_id=anonymous, name="Pricing", properties=page)
client.screen(anonymous_id=anonymous, name="Home")
client.identify(user, {"email": f"{name}@buyers.example", "name": "Pat Prospect"}, anonymous_id=anonymous)
client.track(user, "Order Completed", {"revenue": 12.5, "currency": "EUR"})
client.track(f"{name}-former", "Trial Started")
client.alias(f"{name}-former", user)
client.group(user, f"{name}-group", {"name": "Example Ltd"})
client.track(user, "Sent Twice", message_id=f"{name}-once")
client.flush()
client.track(user, "Sent Twice", message_id=f"{name}-once")
client.shutdown()
