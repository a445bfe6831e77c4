import { appRoutes } from "./app/route.ts";
import { checkRoutes } from "./check/route.ts";
import { statusRoutes } from "./check/status-route.ts";
import { deliveryRoutes } from "./hooks/delivery-route.ts";
import { hookRoutes } from "./hooks/route.ts";
import type { Route } from "./http/router.ts";
import { commentRoutes } from "./issue/comment-route.ts";
import { labelRoutes } from "./issue/label-route.ts";
import { issueRoutes } from "./issue/route.ts";
import { pageRoutes as htmlRoutes } from "./pages/forge-route.ts";
import { protectionRoutes } from "./protection/route.ts";
import { assetPageRoutes, assetRoutes, assetUploadRoutes } from "./release/asset-route.ts";
import { releaseRoutes } from "./release/route.ts";
import { archivePageRoutes } from "./rest/archive.ts";
import { permissionRoutes } from "./rest/permission.ts";
import { coreRoutes } from "./rest/route.ts";
import { reviewCommentRoutes } from "./review/comment-route.ts";
import { reviewRequestRoutes } from "./review/request-route.ts";
import { reviewRoutes } from "./review/route.ts";
import { rulesetRoutes } from "./ruleset/route.ts";

/** Everything below `/api/v3`. */
export const apiRoutes: readonly Route[] = [
  ...coreRoutes,
  ...hookRoutes,
  ...deliveryRoutes,
  ...checkRoutes,
  ...statusRoutes,
  ...issueRoutes,
  ...commentRoutes,
  ...labelRoutes,
  ...reviewRoutes,
  ...reviewCommentRoutes,
  ...reviewRequestRoutes,
  ...protectionRoutes,
  ...rulesetRoutes,
  ...releaseRoutes,
  ...assetRoutes,
  ...appRoutes,
  ...permissionRoutes,
];

/** Everything below `/api/uploads`: where release assets are sent to. */
export const uploadRoutes: readonly Route[] = [...assetUploadRoutes];

/** Everything for a person, below `/`: routes that answer with HTML. */
export const pageRoutes: readonly Route[] = [...archivePageRoutes, ...assetPageRoutes, ...htmlRoutes];
