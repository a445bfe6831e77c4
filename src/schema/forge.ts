import { z } from "zod";
import { defineKind, listMap, rules } from "./kind.ts";
import { BaseStatus, commonColumns, Duration, secretRef, Time } from "./object.ts";

const App = z.object({
  appId: z.int().min(1).describe("Number of the GitHub App."),
  installationId: z.int().min(1).describe("Number of its installation on the owner of the repositories."),
  privateKeySecretRef: secretRef("privateKey").describe("Where the App's private key (PEM) is."),
});

const Credentials = z
  .object({
    tokenSecretRef: secretRef("token").optional().describe("Where a token is: of a bot's account, or fine-grained."),
    app: App.optional().describe("A GitHub App, which acts under its own name and has its own quota."),
  })
  .meta(
    rules({
      rule: "has(self.tokenSecretRef) != has(self.app)",
      message: "give either tokenSecretRef or app",
      reason: "FieldValueInvalid",
    }),
  );

export const Forge = defineKind({
  kind: "Forge",
  plural: "forges",
  shortNames: ["forge"],
  doc: "A git host, and the credential under which Millrace acts there.",
  spec: z
    .object({
      type: z
        .enum(["GitHub", "Gitea"])
        .default("GitHub")
        .describe("What speaks at the URL: GitHub's REST API, or Gitea's, which Forgejo speaks too."),
      url: z
        .string()
        .max(1024)
        .regex(/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/)
        .default("https://api.github.com")
        .describe("Root of the API, such as `https://api.github.com` or `https://github.example.com/api/v3`."),
      credentials: Credentials.describe("Who Millrace is there: a token, or a GitHub App."),
      webhook: z
        .object({
          secretRefs: z
            .array(secretRef("webhookSecret"))
            .min(1)
            .max(4)
            .meta(listMap("name", "key"))
            .describe("Secrets that sign deliveries. More than one while a secret is being replaced."),
        })
        .optional()
        .describe("Deliveries to `/webhooks/NAMESPACE/NAME` are refused unless signed with one of these secrets."),
      interval: Duration.default("10m").describe("How often the credential is checked."),
      suspend: z.boolean().default(false).describe("Do nothing on this forge, for any repository on it."),
    })
    .meta(
      rules(
        {
          rule: "self.type == 'GitHub' || !has(self.credentials.app)",
          message: "a GitHub App is for GitHub: give a tokenSecretRef",
          fieldPath: ".credentials.app",
          reason: "FieldValueForbidden",
        },
        {
          rule: "self.type == 'GitHub' || self.url != 'https://api.github.com'",
          message: "give the API's URL, such as https://git.example.com/api/v1",
          fieldPath: ".url",
          reason: "FieldValueRequired",
        },
      ),
    ),
  status: BaseStatus.extend({
    identity: z
      .object({ login: z.string().max(253).describe("Name on the forge.") })
      .optional()
      .describe("Who the credential is."),
    quota: z
      .object({
        limit: z.int().describe("Requests allowed in an hour."),
        remaining: z
          .int()
          .describe("Requests left, rounded down to a twentieth of the limit so that an idle forge is not rewritten."),
      })
      .optional()
      .describe("Primary rate limit of the credential."),
    content: z
      .object({
        hour: z
          .int()
          .describe("Pull requests, comments and the like that were created in the last hour, to the next 20."),
        waiting: z.int().describe("How many wait for their turn."),
      })
      .optional()
      .describe("What the forge's limit on creating content was used for."),
    throttledUntil: Time.optional().describe("No request is sent before this moment, at the forge's own word."),
    lastWebhookAt: Time.optional().describe("When a delivery with a good signature last came in, to the minute."),
  }),
  columns: [
    { name: "Type", path: ".spec.type" },
    { name: "Identity", path: ".status.identity.login" },
    { name: "Quota", path: ".status.quota.remaining", type: "integer" },
    { name: "URL", path: ".spec.url", wide: true },
    ...commonColumns,
  ],
});
export type Forge = z.infer<typeof Forge.object>;
