import { deliveryRoutes } from "./hooks/delivery-route.ts";
import { hookRoutes } from "./hooks/route.ts";
import type { Route } from "./http/router.ts";
import { repositoryRoutes } from "./rest/repository.ts";
import { userRoutes } from "./rest/user.ts";

/** Everything below `/api/v3`. */
export const apiRoutes: readonly Route[] = [...userRoutes, ...hookRoutes, ...deliveryRoutes, ...repositoryRoutes];

/** Everything below `/api/uploads`: where release assets are sent to. */
export const uploadRoutes: readonly Route[] = [];

/** Everything for a person, below `/`: routes that answer with HTML. */
export const pageRoutes: readonly Route[] = [];
