// The walk of docs/walk.md with openapi-fetch and the types that openapi-typescript makes; what it saw is printed as JSON.

import createClient from "openapi-fetch";
import type { paths } from "./api";

declare const process: { env: Record<string, string> };

type Given = { api: string; tokens: Record<string, string>; today: string; deal_id: string };
const given = JSON.parse(process.env.WALK) as Given;

const signedIn = (name: string) =>
  createClient<paths>({ baseUrl: given.api, headers: { Authorization: `Bearer ${given.tokens[name]}` } });
const [laura, odile, heike, olivia] = ["laura", "odile", "heike", "olivia"].map(signedIn);

/** The answer of a request that must succeed. */
async function got<T>(request: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const { data, error } = await request;
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

const leo = { user_id: "u-lumen-member" };
const robin = { user_id: "u-robin" };
const seen: Record<string, unknown> = { capacity: (await got(laura.GET("/v1/capacity"))).state };

const lead = {
  website: "https://www.Müller-Werkzeuge.example/shop",
  company: "Müller Werkzeuge",
  contact: { first_name: "Mia", last_name: "Müller", email: "mia@mueller.example" },
  country: "DE",
};
const domain = (await got(laura.POST("/v1/registrations", { body: lead }))).registered_domain;
const listed = (query: paths["/v1/registrations"]["get"]["parameters"]["query"]) =>
  got(laura.GET("/v1/registrations", { params: { query } }));
const newest = await listed({ sort: "-registered_at", limit: 3 });
const found = await listed({ q: "werkzeug", search_by: "company" });
seen.registered = [domain, newest.data[0].registered_domain, found.data.map((one) => one.registered_domain)];
const deregister = (domains: string[], confirm: boolean) =>
  laura.POST("/v1/registrations/deregister", { body: { domains, confirm } });
const unconfirmed = await deregister([domain], false);
const freed = await got(deregister([domain, "x.example"], true));
const code = unconfirmed.error && "code" in unconfirmed.error ? unconfirmed.error.code : null;
seen.deregistered = [code, freed.results.map((one) => one.status)];

const draft = {
  name: "Nadel & Faden 2026",
  client: {
    company: "Nadel & Faden GmbH",
    contact_name: "Nora Nadel",
    email: "nora@nadel.example",
    language: "de" as const,
  },
  providing_onboarding: true,
  products: [{ product: "sales_hub", edition: "professional", onboarding_type: "guided" }],
  estimated_onboarding_duration: "1_month",
};
const link = await got(laura.POST("/v1/confirmation-links", { body: draft }));
const one = { params: { path: { link_id: link.id } } };
const sent = await got(laura.POST("/v1/confirmation-links/{link_id}/send", one));
const page = given.api + new URL(link.url).pathname;
const terms = /name="terms" value="([^"]*)"/.exec(await (await fetch(page)).text())?.[1];
const form = new URLSearchParams({ signer_name: "Nora Nadel", ...(terms ? { terms } : {}) });
await fetch(`${page}/sign`, { method: "POST", body: form });
const decided = await got(laura.GET("/v1/confirmation-links/{link_id}", one));
seen.link = [link.status, sent.sent_at !== null, decided.status, decided.signer_name];

const { response } = await laura.GET("/v1/renewals/settings");
const settings = await got(
  laura.PUT("/v1/renewals/settings", {
    params: { header: { "If-Match": response.headers.get("ETag") ?? "" } },
    body: { owner: "vendor", notify_user_id: "u-lumen-admin" },
  }),
);
const owner = await got(
  laura.PUT("/v1/clients/{client_id}/renewal-owner", {
    params: { path: { client_id: "c-62002" }, header: { "If-Match": "*" } },
    body: { owner: "partner", notify_user_id: leo.user_id },
  }),
);
const upcoming = await got(
  laura.GET("/v1/renewals", { params: { query: { status: "pending", sort: "-days_left", limit: 1 } } }),
);
const confirmed = await got(
  laura.POST("/v1/renewals/{renewal_id}/decision", {
    params: { path: { renewal_id: upcoming.data[0].id } },
    body: { decision: "confirm" },
  }),
);
const calendar = await got(laura.GET("/v1/renewals.ics", { parseAs: "text" }));
seen.renewals = [settings.owner, owner.effective_owner, confirmed.status, calendar.split("\r\n")[0]];

const ofLeo = { params: { path: leo } };
const clients = [{ client_id: "c-62010" }, { hub_id: "62012" }, { hub_id: "1" }];
const marked = await got(laura.PUT("/v1/users/{user_id}/partner-employee", { ...ofLeo, body: { enabled: true } }));
const assigned = await got(laura.POST("/v1/employees/{user_id}/clients", { ...ofLeo, body: { clients } }));
seen.assigned = assigned.results.map((result) => result.status);
const path = { ...leo, client_id: "c-62012" };
const details = await got(laura.GET("/v1/employees/{user_id}", ofLeo));
const access = await got(
  laura.POST("/v1/employees/{user_id}/clients/{client_id}/request-access", { params: { path } }),
);
const activity = await got(laura.GET("/v1/employees/{user_id}/activity", ofLeo));
const remove = (client_id: string, confirm: string) =>
  laura.DELETE("/v1/employees/{user_id}/clients/{client_id}", {
    params: { path: { ...leo, client_id }, query: { confirm } },
  });
const small = await remove("c-62012", "remove");
seen.employee = [
  marked.partner_employee,
  details.clients.length,
  access.portal_access,
  activity.data.length > 0,
  small.error && "code" in small.error ? small.error.code : null,
  (await remove("c-62012", "REMOVE")).response.status,
];
await remove("c-62010", "REMOVE");

const robinAtOrchard = () => got(odile.GET("/v1/employees/{user_id}", { params: { path: robin } }));
const before = (await robinAtOrchard()).clients[0];
const asked = await got(heike.GET("/v1/transfer-requests", { params: { query: { direction: "incoming" } } }));
const accepted = await got(
  heike.POST("/v1/transfer-requests/{transfer_id}/accept", { params: { path: { transfer_id: asked.data[0].id } } }),
);
const after = (await robinAtOrchard()).clients[0];
seen.transfer = [
  before.managed_credit,
  accepted.status,
  after.managed_credit_reason !== "email_with_another_partner",
];

const person = { email: "nina@lumen.example", name: "Nina Nord", role: "partner_member" as const };
const nina = { params: { path: { user_id: (await got(laura.POST("/v1/users", { body: person }))).id } } };
const both = { clients: [{ client_id: "c-62010" }, { client_id: "c-62011" }] };
const hers = await got(laura.POST("/v1/employees/{user_id}/clients", { ...nina, body: both }));
const gone = await laura.DELETE("/v1/users/{user_id}", nina);
const missing = await laura.GET("/v1/employees/{user_id}", nina);
seen.nina = [
  hers.results.length,
  gone.response.status,
  missing.error && "code" in missing.error ? missing.error.code : null,
];

const deal = await got(
  olivia.PUT("/v1/vendor/deals/{deal_id}", {
    params: { path: { deal_id: given.deal_id } },
    body: {
      partner_id: "p-lumen",
      hub_id: "62000",
      domain: "juniper-bakery.example",
      deal_type: "partner_sourced",
      mrr: { amount: 127250, currency: "USD" },
      closed_on: given.today,
    },
  }),
);
seen.deal = [deal.result, deal.credit.credited, deal.credit.points > 0];
const points = await got(laura.GET("/v1/tier/points/{client_id}", { params: { path: { client_id: "c-62000" } } }));
const dear = { mrr: { amount: 250000, currency: "USD" }, deal_type: "partner_sourced", market_type: "standard" } as const;
const assumed = await got(
  laura.POST("/v1/tier/what-if", { body: { add_deals: [dear], certification_lapses: false } }),
);
seen.tier = [(await got(laura.GET("/v1/tier"))).credited_tier, points.sold > 0, assumed.points.total > 0];

console.log(JSON.stringify(seen));
