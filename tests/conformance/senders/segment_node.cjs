// Sends each kind of call with @segment/analytics-node: `ADDRESS KEY NAME`.
const { Analytics } = require("@segment/analytics-node");

const [host, writeKey, name] = process.argv.slice(2);
const [anonymousId, userId, former] = ["anonymous", "user", "former"].map((part) => `${name}-${part}`);
const url = "https://shop.example/pricing?utm_source=google&utm_medium=cpc";

const client = new Analytics({ writeKey, host, httpRequestTimeout: 30000 });
client.on("error", (error) => {
  console.error("Not taken:", error);
  process.exit(1);
});

const twice = { userId, event: "Sent Twice", messageId: `${name}-once` };
client.track({ anonymousId, event: "Tour Started" });
client.page({ anonymousId, name: "Pricing", properties: { url, referrer: "" } });
client.screen({ anonymousId, name: "Home" });
client.identify({ userId, anonymousId, traits: { email: `${name}@buyers.example`, name: "Pat Prospect" } });
client.track({ userId, event: "Order Completed", properties: { revenue: 12.5, currency: "EUR" } });
client.track({ userId: former, event: "Trial Started" });
client.alias({ userId, previousId: former });
client.group({ userId, groupId: `${name}-group`, traits: { name: "Example Ltd" } });
client.track(twice);
client.flush().then(() => {
  client.track(twice);
  return client.closeAndFlush();
});
