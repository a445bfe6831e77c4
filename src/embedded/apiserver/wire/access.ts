/**
 * Roles, and the questions about who may do what.
 * `message.ts` says how to read it.
 */
export const accessMessages = `
Role metadata=1:ObjectMeta rules=2*:PolicyRule
PolicyRule verbs!=1* apiGroups=2* resources=3* resourceNames=4* nonResourceURLs=5*
RoleBinding metadata=1:ObjectMeta subjects=2*:Subject roleRef!=3:RoleRef
Subject@ kind=1 apiGroup=2 name=3 namespace=4
RoleRef@ apiGroup=1 kind!=2 name!=3
ClusterRole metadata=1:ObjectMeta rules=2*:PolicyRule aggregationRule=3:AggregationRule
AggregationRule clusterRoleSelectors=1*:LabelSelector
ClusterRoleBinding metadata=1:ObjectMeta subjects=2*:Subject roleRef!=3:RoleRef
SelfSubjectAccessReview metadata=1:ObjectMeta spec!=2:SelfSubjectAccessReviewSpec
  status=3:SubjectAccessReviewStatus
SelfSubjectAccessReviewSpec resourceAttributes=1:ResourceAttributes nonResourceAttributes=2:NonResourceAttributes
ResourceAttributes namespace=1 verb=2 group=3 version=4 resource=5 subresource=6 name=7
  fieldSelector=8:FieldSelectorAttributes labelSelector=9:LabelSelectorAttributes
FieldSelectorAttributes rawSelector=1 requirements=2*:FieldSelectorRequirement
LabelSelectorAttributes rawSelector=1 requirements=2*:LabelSelectorRequirement
NonResourceAttributes path=1 verb=2
SubjectAccessReviewStatus allowed!=1:bool reason=2 evaluationError=3 denied=4:bool
SelfSubjectRulesReview metadata=1:ObjectMeta spec!=2:SelfSubjectRulesReviewSpec status=3:SubjectRulesReviewStatus
SelfSubjectRulesReviewSpec namespace=1
SubjectRulesReviewStatus resourceRules!=1*:ResourceRule nonResourceRules!=2*:NonResourceRule incomplete!=3:bool
  evaluationError=4
ResourceRule verbs!=1* apiGroups=2* resources=3* resourceNames=4*
NonResourceRule verbs!=1* nonResourceURLs=2*
SubjectAccessReview metadata=1:ObjectMeta spec!=2:SubjectAccessReviewSpec status=3:SubjectAccessReviewStatus
SubjectAccessReviewSpec resourceAttributes=1:ResourceAttributes nonResourceAttributes=2:NonResourceAttributes
  user=3 groups=4* extra=5{}:strings uid=6
LocalSubjectAccessReview metadata=1:ObjectMeta spec!=2:SubjectAccessReviewSpec status=3:SubjectAccessReviewStatus
SelfSubjectReview metadata=1:ObjectMeta status=2:SelfSubjectReviewStatus
SelfSubjectReviewStatus userInfo=1:UserInfo
UserInfo username=1 uid=2 groups=3* extra=4{}:strings
TokenReview metadata=1:ObjectMeta spec!=2:TokenReviewSpec status=3:TokenReviewStatus
TokenReviewSpec token!=1 audiences=2*
TokenReviewStatus authenticated=1:bool user=2:UserInfo error=3 audiences=4*
TokenRequest metadata=1:ObjectMeta spec=2:TokenRequestSpec status=3:TokenRequestStatus
TokenRequestSpec audiences=1* boundObjectRef=3:BoundObjectReference expirationSeconds?=4:int64
BoundObjectReference kind=1 apiVersion=2 name=3 uid=4
TokenRequestStatus token=1 expirationTimestamp=2:Time
`;
