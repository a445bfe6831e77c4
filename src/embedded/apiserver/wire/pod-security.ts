/**
 * Where pods run and what they may do there.
 * `message.ts` says how to read it.
 */
export const podSecurityMessages = `
SecurityContext capabilities=1:Capabilities privileged?=2:bool seLinuxOptions=3:SELinuxOptions runAsUser?=4:int64
  runAsNonRoot?=5:bool readOnlyRootFilesystem?=6:bool allowPrivilegeEscalation?=7:bool runAsGroup?=8:int64
  procMount?=9 windowsOptions=10:WindowsSecurityContextOptions seccompProfile=11:SeccompProfile
  appArmorProfile=12:AppArmorProfile
Capabilities add=1* drop=2*
SELinuxOptions user=1 role=2 type=3 level=4
WindowsSecurityContextOptions gmsaCredentialSpecName?=1 gmsaCredentialSpec?=2 runAsUserName?=3 hostProcess?=4:bool
SeccompProfile type!=1 localhostProfile?=2
AppArmorProfile type!=1 localhostProfile?=2
PodSecurityContext seLinuxOptions=1:SELinuxOptions runAsUser?=2:int64 runAsNonRoot?=3:bool
  supplementalGroups=4*:int64 fsGroup?=5:int64 runAsGroup?=6:int64 sysctls=7*:Sysctl
  windowsOptions=8:WindowsSecurityContextOptions fsGroupChangePolicy?=9 seccompProfile=10:SeccompProfile
  appArmorProfile=11:AppArmorProfile supplementalGroupsPolicy?=12 seLinuxChangePolicy?=13
Sysctl name!=1 value!=2
Affinity nodeAffinity=1:NodeAffinity podAffinity=2:PodAffinity podAntiAffinity=3:PodAntiAffinity
NodeAffinity requiredDuringSchedulingIgnoredDuringExecution=1:NodeSelector
  preferredDuringSchedulingIgnoredDuringExecution=2*:PreferredSchedulingTerm
NodeSelector@ nodeSelectorTerms!=1*:NodeSelectorTerm
NodeSelectorTerm@ matchExpressions=1*:NodeSelectorRequirement matchFields=2*:NodeSelectorRequirement
NodeSelectorRequirement key!=1 operator!=2 values=3*
PreferredSchedulingTerm weight!=1:int32 preference!=2:NodeSelectorTerm
PodAffinity requiredDuringSchedulingIgnoredDuringExecution=1*:PodAffinityTerm
  preferredDuringSchedulingIgnoredDuringExecution=2*:WeightedPodAffinityTerm
PodAffinityTerm labelSelector=1:LabelSelector namespaces=2* topologyKey!=3 namespaceSelector=4:LabelSelector
  matchLabelKeys=5* mismatchLabelKeys=6*
WeightedPodAffinityTerm weight!=1:int32 podAffinityTerm!=2:PodAffinityTerm
PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution=1*:PodAffinityTerm
  preferredDuringSchedulingIgnoredDuringExecution=2*:WeightedPodAffinityTerm
Toleration key=1 operator=2 value=3 effect=4 tolerationSeconds?=5:int64
HostAlias ip!=1 hostnames=2*
PodDNSConfig nameservers=1* searches=2* options=3*:PodDNSConfigOption
PodDNSConfigOption name=1 value?=2
PodReadinessGate conditionType!=1
TopologySpreadConstraint maxSkew!=1:int32 topologyKey!=2 whenUnsatisfiable!=3 labelSelector=4:LabelSelector
  minDomains?=5:int32 nodeAffinityPolicy?=6 nodeTaintsPolicy?=7 matchLabelKeys=8*
PodOS name!=1
PodSchedulingGate name!=1
`;
