/** Steps whose transcripts differ, each with the reason. Everything else is equal, word by word. */
export const differences: Readonly<Record<string, string>> = {
  version: "the embedded server names itself: v1.36.3+millrace",
  "api-versions":
    "the embedded server serves the groups that our kinds, their chart and their tests need, and no others",
  "explain gadget.metadata.finalizers":
    "descriptions of metadata are shorter in the embedded server's OpenAPI documents",
  "explain configmap.data": "fields of built-in kinds have no descriptions in the embedded server's OpenAPI documents",
};
