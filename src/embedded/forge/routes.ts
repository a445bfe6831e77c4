import { checkRoutes } from "./check/route.ts";
import { statusRoutes } from "./check/status-route.ts";
import { deliveryRoutes } from "./hooks/delivery-route.ts";
import { hookRoutes } from "./hooks/route.ts";
import type { Route } from "./http/router.ts";
import { archivePageRoutes } from "./rest/archive.ts";
import { coreRoutes } from "./rest/route.ts";

/** Everything below `/api/v3`. */
export const apiRoutes: readonly Route[] = [
  ...coreRoutes,
  ...hookRoutes,
  ...deliveryRoutes,
  ...checkRoutes,
  ...statusRoutes,
];

/** Everything below `/api/uploads`: where release assets are sent to. */
export const uploadRoutes: readonly Route[] = [];

/** Everything for a person, below `/`: routes that answer with HTML. */
export const pageRoutes: readonly Route[] = [...archivePageRoutes];
