/**
 * Deployments, jobs, and the policies around them.
 * `message.ts` says how to read it.
 */
export const workloadMessages = `
Deployment metadata=1:ObjectMeta spec=2:DeploymentSpec status=3:DeploymentStatus
DeploymentSpec replicas?=1:int32 selector!=2:LabelSelector template!=3:PodTemplateSpec
  strategy=4:DeploymentStrategy minReadySeconds=5:int32 revisionHistoryLimit?=6:int32 paused=7:bool
  progressDeadlineSeconds?=9:int32
DeploymentStrategy type=1 rollingUpdate=2:RollingUpdateDeployment
RollingUpdateDeployment maxUnavailable=1:IntOrString maxSurge=2:IntOrString
DeploymentStatus observedGeneration=1:int64 replicas=2:int32 updatedReplicas=3:int32 availableReplicas=4:int32
  unavailableReplicas=5:int32 conditions=6*:DeploymentCondition[type] readyReplicas=7:int32
  collisionCount?=8:int32 terminatingReplicas?=9:int32
DeploymentCondition type!=1 status!=2 reason=4 message=5 lastUpdateTime=6:Time lastTransitionTime=7:Time
Job metadata=1:ObjectMeta spec=2:JobSpec status=3:JobStatus
JobSpec parallelism?=1:int32 completions?=2:int32 activeDeadlineSeconds?=3:int64 selector=4:LabelSelector
  manualSelector?=5:bool template!=6:PodTemplateSpec backoffLimit?=7:int32 ttlSecondsAfterFinished?=8:int32
  completionMode?=9 suspend?=10:bool podFailurePolicy=11:PodFailurePolicy backoffLimitPerIndex?=12:int32
  maxFailedIndexes?=13:int32 podReplacementPolicy?=14 managedBy?=15 successPolicy=16:SuccessPolicy
PodFailurePolicy rules!=1*:PodFailurePolicyRule
PodFailurePolicyRule action!=1 onExitCodes=2:PodFailurePolicyOnExitCodesRequirement
  onPodConditions=3*:PodFailurePolicyOnPodConditionsPattern
PodFailurePolicyOnExitCodesRequirement containerName?=1 operator!=2 values!=3*:int32[]
PodFailurePolicyOnPodConditionsPattern type!=1 status=2
SuccessPolicy rules!=1*:SuccessPolicyRule
SuccessPolicyRule succeededIndexes?=1 succeededCount?=2:int32
JobStatus conditions=1*:JobCondition startTime=2:Time completionTime=3:Time active=4:int32 succeeded=5:int32
  failed=6:int32 completedIndexes=7 uncountedTerminatedPods=8:UncountedTerminatedPods ready?=9:int32
  failedIndexes?=10 terminating?=11:int32
JobCondition type!=1 status!=2 lastProbeTime=3:Time lastTransitionTime=4:Time reason=5 message=6
UncountedTerminatedPods succeeded=1*[] failed=2*[]
NetworkPolicy metadata=1:ObjectMeta spec=2:NetworkPolicySpec
NetworkPolicySpec podSelector=1:LabelSelector ingress=2*:NetworkPolicyIngressRule
  egress=3*:NetworkPolicyEgressRule policyTypes=4*
NetworkPolicyIngressRule ports=1*:NetworkPolicyPort from=2*:NetworkPolicyPeer
NetworkPolicyPort protocol?=1 port=2:IntOrString endPort?=3:int32
NetworkPolicyPeer podSelector=1:LabelSelector namespaceSelector=2:LabelSelector ipBlock=3:IPBlock
IPBlock cidr!=1 except=2*
NetworkPolicyEgressRule ports=1*:NetworkPolicyPort to=2*:NetworkPolicyPeer
PodDisruptionBudget metadata=1:ObjectMeta spec=2:PodDisruptionBudgetSpec status=3:PodDisruptionBudgetStatus
PodDisruptionBudgetSpec minAvailable=1:IntOrString selector=2:LabelSelector maxUnavailable=3:IntOrString
  unhealthyPodEvictionPolicy?=4
PodDisruptionBudgetStatus observedGeneration=1:int64 disruptedPods=2{}:Time disruptionsAllowed=3:int32
  currentHealthy=4:int32 desiredHealthy=5:int32 expectedPods=6:int32 conditions=7*:Condition[type]
Lease metadata=1:ObjectMeta spec=2:LeaseSpec
LeaseSpec holderIdentity?=1 leaseDurationSeconds?=2:int32 acquireTime=3:MicroTime renewTime=4:MicroTime
  leaseTransitions?=5:int32 strategy?=6 preferredHolder?=7
`;
