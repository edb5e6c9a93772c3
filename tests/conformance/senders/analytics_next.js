// Sends each kind of call with @segment/analytics-next, from the page: `sendAll(address, key, name, strategy)`.
async function sendAll(cdnURL, writeKey, name, strategy) {
  const [analytics] = await AnalyticsNext.AnalyticsBrowser.load(
    { writeKey, cdnURL },
    { integrations: { "Segment.io": { deliveryStrategy: { strategy } } } },
  );
  const [user, former] = ["user", "former"].map((part) => `${name}-${part}`);
  await analytics.track("Tour Started");
  await analytics.page("Pricing");
  await analytics.screen("Home");
  analytics.user().id(former);
  await analytics.track("Trial Started");
  analytics.user().id(null);
  await analytics.identify(user, { email: `${name}@buyers.example`, name: "Pat Prospect" });
  await analytics.track("Order Completed", { revenue: 12.5, currency: "EUR" });
  await analytics.alias(user, former);
  await analytics.group(`${name}-group`, { name: "Example Ltd" });
  await analytics.track("Sent Twice", {}, { messageId: `${name}-once` });
  await analytics.track("Sent Twice", {}, { messageId: `${name}-once` });
  return analytics.VERSION;
}
