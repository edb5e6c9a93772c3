// Sends each kind of call with our own script, from the page: `sendAll(name)`.
function sendAll(name) {
  const [user, former] = ["user", "former"].map((part) => `${name}-${part}`);
  isthmus.track("Tour Started");
  isthmus.identify(former);
  isthmus.track("Trial Started");
  isthmus.reset();
  isthmus.page("Pricing");
  isthmus.identify(user, { email: `${name}@buyers.example`, name: "Pat Prospect" });
  isthmus.track("Order Completed", { revenue: 12.5, currency: "EUR" });
  isthmus.alias(user, former);
  isthmus.group(`${name}-group`, { name: "Example Ltd" });
}
