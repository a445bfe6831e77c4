/**
 * What built-in kinds have in common.
 * `message.ts` says how to read it.
 */
export const metaMessages = `
ObjectMeta name=1 generateName=2 namespace=3 selfLink=4 uid=5 resourceVersion=6 generation=7:int64
  creationTimestamp=8:Time deletionTimestamp=9:Time deletionGracePeriodSeconds?=10:int64 labels=11{}
  annotations=12{} ownerReferences=13*:OwnerReference[uid] finalizers=14*[] managedFields=17*:Any
OwnerReference@ kind!=1 name!=3 uid!=4 apiVersion!=5 controller?=6:bool blockOwnerDeletion?=7:bool
LabelSelector@ matchLabels=1{} matchExpressions=2*:LabelSelectorRequirement
LabelSelectorRequirement key!=1 operator!=2 values=3*
Condition type!=1 status!=2 observedGeneration=3:int64 lastTransitionTime!=4:Time reason!=5 message!=6
FieldSelectorRequirement key!=1 operator!=2 values=3*
DeleteOptions gracePeriodSeconds?=1:int64 preconditions=2:Preconditions orphanDependents?=3:bool
  propagationPolicy?=4 dryRun=5* ignoreStoreReadErrorWithClusterBreakingPotential?=6:bool
Preconditions uid?=1 resourceVersion?=2
`;
