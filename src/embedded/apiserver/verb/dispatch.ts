import type { Cluster } from "../cluster.ts";
import type { Answer, Call } from "../http/call.ts";
import { methodNotAllowed } from "../http/status.ts";
import { createObject } from "../write/create.ts";
import { finalizeNamespace } from "../write/finalize.ts";
import { patchObject } from "../write/patch.ts";
import { deleteCollection, deleteObject } from "../write/remove.ts";
import { checkFieldValidation } from "../write/unknown-field.ts";
import { updateObject } from "../write/update.ts";
import { listObjects } from "./list.ts";
import { getObject } from "./read.ts";

/** Carries out any request for a stored resource but a watch. */
export function dispatch(cluster: Cluster, call: Call): Answer {
  checkFieldValidation(call);
  switch (call.verb) {
    case "get":
      return getObject(cluster, call);
    case "list":
      return listObjects(cluster, call);
    case "create":
      return createObject(cluster, call);
    case "update":
      return call.subresource === "finalize" ? finalizeNamespace(cluster, call) : updateObject(cluster, call);
    case "patch":
      return patchObject(cluster, call);
    case "delete":
      return deleteObject(cluster, call);
    case "deletecollection":
      return deleteCollection(cluster, call);
    case "watch":
      throw methodNotAllowed();
  }
}
