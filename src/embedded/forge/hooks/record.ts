import { defineTable } from "../store/store.ts";
import type { Delivery, Hook } from "./hook.ts";

/** Scope repository id, key hook id. */
export const hooks = defineTable<Hook>("hooks");
/** Scope hook id, key delivery id. */
export const deliveries = defineTable<Delivery>("deliveries");
