/**
 * The kinds of the core group but pods, and events in the words of both their groups.
 * `message.ts` says how to read it.
 */
export const coreMessages = `
Namespace metadata=1:ObjectMeta spec=2:NamespaceSpec status=3:NamespaceStatus
NamespaceSpec finalizers=1*
NamespaceStatus phase=1 conditions=2*:NamespaceCondition[type]
NamespaceCondition type!=1 status!=2 lastTransitionTime=4:Time reason=5 message=6
Secret metadata=1:ObjectMeta data=2{}:bytes type=3 stringData=4{} immutable?=5:bool
ConfigMap metadata=1:ObjectMeta data=2{} binaryData=3{}:bytes immutable?=4:bool
ServiceAccount metadata=1:ObjectMeta secrets=2*:ObjectReference[name] imagePullSecrets=3*:LocalObjectReference
  automountServiceAccountToken?=4:bool
ObjectReference@ kind=1 namespace=2 name=3 uid=4 apiVersion=5 resourceVersion=6 fieldPath=7
LocalObjectReference@ name=1
Event metadata!=1:ObjectMeta involvedObject!=2:ObjectReference reason=3 message=4 source=5:EventSource
  firstTimestamp=6:Time lastTimestamp=7:Time count=8:int32 type=9 eventTime=10:NullTime series=11:EventSeries
  action=12 related=13:ObjectReference reportingComponent=14 reportingInstance=15
EventSource component=1 host=2
EventSeries count=1:int32 lastObservedTime=2:MicroTime
Service metadata=1:ObjectMeta spec=2:ServiceSpec status=3:ServiceStatus
ServiceSpec ports=1*:ServicePort[port,protocol] selector=2{}@ clusterIP=3 type=4 externalIPs=5* sessionAffinity=7
  loadBalancerIP=8 loadBalancerSourceRanges=9* externalName=10 externalTrafficPolicy=11
  healthCheckNodePort=12:int32 publishNotReadyAddresses=13:bool sessionAffinityConfig=14:SessionAffinityConfig
  ipFamilyPolicy?=17 clusterIPs=18* ipFamilies=19* allocateLoadBalancerNodePorts?=20:bool loadBalancerClass?=21
  internalTrafficPolicy?=22 trafficDistribution?=23
ServicePort name=1 protocol=2~TCP port!=3:int32 targetPort=4:IntOrString nodePort=5:int32 appProtocol?=6
SessionAffinityConfig clientIP=1:ClientIPConfig
ClientIPConfig timeoutSeconds?=1:int32
ServiceStatus loadBalancer=1:LoadBalancerStatus conditions=2*:Condition[type]
LoadBalancerStatus ingress=1*:LoadBalancerIngress
LoadBalancerIngress ip=1 hostname=2 ipMode?=3 ports=4*:PortStatus
PortStatus port!=1:int32 protocol!=2 error?=3
RegardingEvent metadata=1:ObjectMeta eventTime=2:NullTime series=3:EventSeries reportingController=4
  reportingInstance=5 action=6 reason=7 regarding=8:ObjectReference related=9:ObjectReference note=10 type=11
  deprecatedSource=12:EventSource deprecatedFirstTimestamp=13:Time deprecatedLastTimestamp=14:Time
  deprecatedCount=15:int32
`;
