import { defineTable } from "../store/store.ts";

/** A GitHub App: it speaks for itself with a JWT that its private key signed, and for an account by installation. */
export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly clientId: string;
  /** Login of the account that it belongs to. */
  readonly owner: string;
  /** SPKI in PEM. */
  readonly publicKey: string;
  /** GitHub's permission names to `read` or `write`. */
  readonly permissions: Readonly<Record<string, string>>;
  readonly createdAt: string;
}

/** An app's seat in an account. */
export interface Installation {
  readonly id: number;
  readonly appId: number;
  /** Login of the account. */
  readonly account: string;
  /** Ids of the repositories that it may see; null for all of the account, those to come included. */
  readonly repositories: readonly number[] | null;
  readonly permissions: Readonly<Record<string, string>>;
  readonly createdAt: string;
}

/** Scope "", key id. */
export const apps = defineTable<App>("apps");
/** Scope "", key id. */
export const installations = defineTable<Installation>("installations");

/** The login that an app acts under; no person can have it. */
export const botLogin = (app: App): string => `${app.slug}[bot]`;
