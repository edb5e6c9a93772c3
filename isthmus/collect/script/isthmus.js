// Isthmus on a web site: page views, links, forms and reading time, sent to the company's own collector.
// Nothing is stored in the browser until somebody consents; docs/script.md says how to use it.
// What is served is shortened by `shortening.py`: comments stand on lines of their own, no template strings.
((window, document, location) => {
  "use strict";

  const early = window.isthmus || [];
  const tag = document.currentScript;
  if (early.track || !tag) return;

  const settings = tag.dataset;
  const address = (settings.host || new URL(tag.src).origin) + "/v1/batch";
  const required = settings.consent == "required";
  const KEY = "isthmus";
  // Somebody who does nothing for so long (milliseconds) is not reading any more.
  const IDLE = 30000;

  const on = (target, names, act) => names.split(" ").map((name) => target.addEventListener(name, act, true));
  const ignored = (element) => element.closest("[data-isthmus-ignore]");
  const newId = () => {
    const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
    return bytes.map((byte) => (byte + 256).toString(16).slice(1)).join("");
  };

  // --- The visitor, and whether anything may be sent ---

  // Holds userId, and after consent anonymousId. Only with consent it is stored.
  let visitor = {};
  let preferences;
  let open = !required;

  const store = (act, value) => {
    // Browsers may forbid storage: then consent lasts for this page.
    try {
      return localStorage[act + "Item"](KEY, value);
    } catch {}
  };

  const remember = () => visitor.anonymousId && store("set", JSON.stringify(visitor));

  const consent = (answer) => {
    let granted = answer == "granted";
    if (typeof answer != "string") {
      preferences = answer.categoryPreferences || answer;
      granted = preferences[settings.consentCategory || "analytics"];
    }
    if (granted) {
      open = true;
      visitor.anonymousId ||= newId();
      remember();
      waiting.map((event) => Object.assign(event, visitor));
      flush();
    } else {
      delete visitor.anonymousId;
      store("remove");
      open = !required;
      if (required) waiting = [];
    }
  };

  // --- The page being looked at ---

  // A query may hold anything (names, tokens): only what tells where somebody came from is kept of it.
  const KEPT = /^(utm_.+|source|ref|[a-z]*cl(k|)id|[gw]braid|li_fat_id|rdt_cid|epik|scid)$/;
  const clean = (text) => {
    if (!text) return "";
    const url = new URL(text);
    [...url.searchParams.keys()].map((name) => KEPT.test(name) || url.searchParams.delete(name));
    url.hash = "";
    return url.href;
  };

  const describe = (referrer) => {
    const url = clean(location.href);
    const { pathname: path, search } = new URL(url);
    return { path, referrer: clean(referrer), search, title: document.title, url };
  };

  const tags = ({ search }) => {
    const campaign = {};
    new URLSearchParams(search).forEach((value, name) => {
      name = name.split("utm_")[1];
      if (name) campaign[name == "campaign" ? "name" : name] = value;
    });
    return campaign;
  };

  let current = describe(document.referrer);
  let viewed;

  // --- Sending ---

  let waiting = [];
  let timer;
  let failures = 0;

  const add = (type, fields, traits) => {
    waiting.push({
      type,
      messageId: newId(),
      timestamp: new Date(),
      ...visitor,
      ...fields,
      context: {
        campaign: tags(current),
        consent: preferences && { categoryPreferences: preferences },
        library: { name: "isthmus.js", version: "1" },
        locale: navigator.language,
        page: current,
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        traits,
      },
    });
    timer ||= setTimeout(flush, 200);
  };

  const flush = () => {
    clearTimeout(timer);
    timer = 0;
    if (!open || !waiting[0]) return;
    const batch = waiting.splice(0, 30);
    const body = JSON.stringify({ writeKey: settings.key, sentAt: new Date(), batch });
    const again = () => {
      waiting = batch.concat(waiting).slice(0, 500);
      timer ||= setTimeout(flush, Math.min(1000 * 2 ** failures++, 60000));
    };
    // A text needs no question beforehand (CORS preflight), so that it still leaves when the page goes away.
    if ("keepalive" in Request.prototype) {
      const keepalive = body.length < 30000;
      fetch(address, { method: "POST", body, keepalive, credentials: "omit" }).then((answer) => {
        if (answer.status == 429 || answer.status > 499) return again();
        failures = 0;
      }, again);
    } else {
      navigator.sendBeacon(address, body) || again();
    }
    if (!timer) flush();
  };

  // --- Reading time and depth ---

  let engaged = 0;
  let depth = 0;
  let since;
  let seen;
  let told = true;

  // Counts the time since the last sign of life, so far as somebody was there.
  const active = () => {
    const now = performance.now();
    if (seen) engaged += Math.min(now - since, IDLE);
    since = now;
  };

  const scrolled = () => {
    active();
    const reached = (100 * (scrollY + innerHeight)) / document.documentElement.scrollHeight;
    depth = Math.max(depth, Math.min(100, Math.round(reached)));
  };

  const leave = () => {
    scrolled();
    if (told && engaged < 1000) return;
    api.track("Page Left", { engaged: Math.round(engaged), scroll: depth });
    engaged = 0;
    told = true;
  };

  const shown = () => {
    seen = true;
    since = performance.now();
    if (!viewed && settings.pages != "manual") api.page();
  };

  const hidden = () => {
    leave();
    seen = false;
    flush();
  };

  const moved = () => {
    if (location.pathname != current.path && settings.pages != "manual") api.page();
  };

  // --- What the site itself may call ---

  const api = {
    track: (event, properties) => add("track", { event, properties }),
    identify: (userId, traits) => {
      if (userId instanceof Object) [userId, traits] = [visitor.userId, userId];
      visitor.userId = userId;
      remember();
      add("identify", { traits });
    },
    // Begins a new view: the one before is left, and is where this one comes from.
    page: (name, properties) => {
      if (viewed) leave();
      current = describe(viewed ? current.url : document.referrer);
      viewed = true;
      told = false;
      engaged = depth = 0;
      since = performance.now();
      add("page", { name, properties: { name, ...current, ...properties } });
    },
    group: (groupId, traits) => add("group", { groupId, traits }),
    alias: (userId, previousId = visitor.userId || visitor.anonymousId) => {
      visitor.userId = userId;
      remember();
      add("alias", { previousId });
    },
    reset: () => {
      visitor = visitor.anonymousId ? { anonymousId: newId() } : {};
      remember();
    },
    consent,
    push: ([name, ...values]) => api[name](...values),
  };

  // --- What is noticed without being told ---

  const clicked = ({ target, button }) => {
    const link = target.closest && target.closest("a[href]");
    if (!link || button > 1 || ignored(link)) return;
    // A booking page learns who comes, nobody without consent. Then the link is as it was: it may be copied.
    const { href } = link;
    if (link.matches("[href*='/book/']") && (link.origin == new URL(address).origin || link.matches("[data-isthmus-booking]"))) {
      const url = new URL(href);
      url.searchParams.set("visitor", visitor.anonymousId || "");
      link.href = url.href;
      setTimeout(() => (link.href = href));
    }
    if (link.host == location.host || !/^http/.test(link.protocol)) return;
    api.track("Outbound Link Clicked", { href: link.origin + link.pathname });
  };

  const MEANINGS = [
    ["email", /e-?mail/],
    ["phone", /phone|\btel|mobile/],
    ["company", /compan|organi[sz]|firma|empresa|soci[e\xe9]t/],
    ["first", /first.?name|given|vorname|pr[e\xe9]nom/],
    ["last", /last.?name|family|surname|nachname/],
    ["name", /(^|[ [.]|full|your|contact)[-_]?name/],
  ];
  const PRIVATE = /password|hidden|file|submit|button|image|reset|checkbox|radio|cc-|one-time/;

  const submitted = ({ target }) => {
    // A form for signing in tells nothing of interest.
    if (ignored(target) || target.querySelector("[autocomplete=current-password]")) return;
    const fields = {};
    const traits = {};
    for (const field of target.querySelectorAll("input,textarea,select")) {
      const { autocomplete, id, type, value } = field;
      const name = field.name || id;
      const hints = [autocomplete, type, name, id].join(" ").toLowerCase();
      if (!value || !name || PRIVATE.test(autocomplete + type) || ignored(field)) continue;
      // What cannot be seen, no person wrote.
      if (!field.getClientRects()[0]) continue;
      const [meaning] = MEANINGS.find(([, pattern]) => pattern.test(hints)) || [];
      const holder = meaning && !traits[meaning] ? traits : fields;
      holder[holder == traits ? meaning : name] = value.slice(0, 1000);
    }
    const { first, last, ...rest } = traits;
    rest.name ||= [first, last].filter(Boolean).join(" ") || undefined;
    const form = ["data-isthmus-form", "name", "id"].map((name) => target.getAttribute(name)).find(Boolean);
    add("track", { event: "Form Submitted", properties: { form: form || current.path, fields } }, rest);
    flush();
  };

  on(document, "click auxclick", clicked);
  on(document, "submit", submitted);
  on(window, "mousemove keydown touchstart click", active);
  on(window, "scroll", scrolled);
  on(window, "popstate", moved);
  on(window, "pagehide", hidden);
  on(window, "pageshow", (event) => event.persisted && settings.pages != "manual" && api.page());
  on(document, "visibilitychange", () => (document.visibilityState == "hidden" ? hidden() : shown()));

  ["pushState", "replaceState"].map((name) => {
    const original = history[name];
    history[name] = function () {
      original.apply(this, arguments);
      moved();
    };
  });

  // Consent that Segment's wrappers of consent tools tell of, when analytics.js is on the same page.
  const { analytics } = window;
  if (analytics && analytics.on) {
    analytics.on("track", (event, _, options) => {
      if (/^Segment Consent Preference/.test(event)) consent(options.consent);
    });
  }

  window.isthmus = api;
  try {
    visitor = JSON.parse(store("get")) || visitor;
  } catch {}
  if (visitor.anonymousId || settings.consent == "granted") consent("granted");
  early.map(api.push);
  if (document.visibilityState != "hidden") shown();
})(window, document, location);
