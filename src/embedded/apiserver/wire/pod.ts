/**
 * Pods and what runs in them. Kinds of volumes that nobody uses any more are taken as they are.
 * `message.ts` says how to read it.
 */
export const podMessages = `
Pod metadata=1:ObjectMeta spec=2:PodSpec status=3:Any
PodSpec volumes=1*:Volume[name] containers!=2*:Container[name] restartPolicy=3
  terminationGracePeriodSeconds?=4:int64 activeDeadlineSeconds?=5:int64 dnsPolicy=6 nodeSelector=7{}@
  serviceAccountName=8 serviceAccount=9 nodeName=10 hostNetwork=11:bool hostPID=12:bool hostIPC=13:bool
  securityContext=14:PodSecurityContext imagePullSecrets=15*:LocalObjectReference[name] hostname=16 subdomain=17
  affinity=18:Affinity schedulerName=19 initContainers=20*:Container[name] automountServiceAccountToken?=21:bool
  tolerations=22*:Toleration hostAliases=23*:HostAlias[ip] priorityClassName=24 priority?=25:int32
  dnsConfig=26:PodDNSConfig shareProcessNamespace?=27:bool readinessGates=28*:PodReadinessGate
  runtimeClassName?=29 enableServiceLinks?=30:bool preemptionPolicy?=31 overhead=32{}:Quantity
  topologySpreadConstraints=33*:TopologySpreadConstraint[topologyKey,whenUnsatisfiable]
  ephemeralContainers=34*:Any[name] setHostnameAsFQDN?=35:bool os=36:PodOS hostUsers?=37:bool
  schedulingGates=38*:PodSchedulingGate[name] resourceClaims=39*:Any[name] resources=40:ResourceRequirements
  hostnameOverride?=41 schedulingGroup=43:Any
Volume name!=1 ^volumeSource=2:VolumeSource
VolumeSource hostPath=1:HostPathVolumeSource emptyDir=2:EmptyDirVolumeSource gcePersistentDisk=3:Any
  awsElasticBlockStore=4:Any gitRepo=5:Any secret=6:SecretVolumeSource nfs=7:NFSVolumeSource iscsi=8:Any
  glusterfs=9:Any persistentVolumeClaim=10:PersistentVolumeClaimVolumeSource rbd=11:Any flexVolume=12:Any
  cinder=13:Any cephfs=14:Any flocker=15:Any downwardAPI=16:DownwardAPIVolumeSource fc=17:Any azureFile=18:Any
  configMap=19:ConfigMapVolumeSource vsphereVolume=20:Any quobyte=21:Any azureDisk=22:Any
  photonPersistentDisk=23:Any portworxVolume=24:Any scaleIO=25:Any projected=26:ProjectedVolumeSource
  storageos=27:Any csi=28:CSIVolumeSource ephemeral=29:Any image=30:ImageVolumeSource
HostPathVolumeSource path!=1 type?=2
EmptyDirVolumeSource medium=1 sizeLimit=2:Quantity
SecretVolumeSource secretName=1 items=2*:KeyToPath defaultMode?=3:int32 optional?=4:bool
KeyToPath key!=1 path!=2 mode?=3:int32
NFSVolumeSource server!=1 path!=2 readOnly=3:bool
PersistentVolumeClaimVolumeSource claimName!=1 readOnly=2:bool
DownwardAPIVolumeSource items=1*:DownwardAPIVolumeFile defaultMode?=2:int32
DownwardAPIVolumeFile path!=1 fieldRef=2:ObjectFieldSelector resourceFieldRef=3:ResourceFieldSelector
  mode?=4:int32
ObjectFieldSelector@ apiVersion=1 fieldPath!=2
ResourceFieldSelector@ containerName=1 resource!=2 divisor=3:Quantity
ConfigMapVolumeSource ^localObjectReference=1:LocalObjectReference items=2*:KeyToPath defaultMode?=3:int32
  optional?=4:bool
ProjectedVolumeSource sources=1*:VolumeProjection defaultMode?=2:int32
VolumeProjection secret=1:SecretProjection downwardAPI=2:DownwardAPIProjection configMap=3:ConfigMapProjection
  serviceAccountToken=4:ServiceAccountTokenProjection clusterTrustBundle=5:Any podCertificate=6:Any
SecretProjection ^localObjectReference=1:LocalObjectReference items=2*:KeyToPath optional?=4:bool
DownwardAPIProjection items=1*:DownwardAPIVolumeFile
ConfigMapProjection ^localObjectReference=1:LocalObjectReference items=2*:KeyToPath optional?=4:bool
ServiceAccountTokenProjection audience=1 expirationSeconds?=2:int64 path!=3
CSIVolumeSource driver!=1 readOnly?=2:bool fsType?=3 volumeAttributes=4{}
  nodePublishSecretRef=5:LocalObjectReference
ImageVolumeSource reference=1 pullPolicy=2
Container name!=1 image=2 command=3* args=4* workingDir=5 ports=6*:ContainerPort[containerPort,protocol]
  env=7*:EnvVar[name] resources=8:ResourceRequirements volumeMounts=9*:VolumeMount[mountPath]
  livenessProbe=10:Probe readinessProbe=11:Probe lifecycle=12:Lifecycle terminationMessagePath=13
  imagePullPolicy=14 securityContext=15:SecurityContext stdin=16:bool stdinOnce=17:bool tty=18:bool
  envFrom=19*:EnvFromSource terminationMessagePolicy=20 volumeDevices=21*:VolumeDevice[devicePath]
  startupProbe=22:Probe resizePolicy=23*:ContainerResizePolicy restartPolicy?=24 restartPolicyRules=25*:Any
ContainerPort name=1 hostPort=2:int32 containerPort!=3:int32 protocol=4~TCP hostIP=5
EnvFromSource prefix=1 configMapRef=2:ConfigMapEnvSource secretRef=3:SecretEnvSource
ConfigMapEnvSource ^localObjectReference=1:LocalObjectReference optional?=2:bool
SecretEnvSource ^localObjectReference=1:LocalObjectReference optional?=2:bool
EnvVar name!=1 value=2 valueFrom=3:EnvVarSource
EnvVarSource fieldRef=1:ObjectFieldSelector resourceFieldRef=2:ResourceFieldSelector
  configMapKeyRef=3:ConfigMapKeySelector secretKeyRef=4:SecretKeySelector fileKeyRef=5:FileKeySelector
ConfigMapKeySelector@ ^localObjectReference=1:LocalObjectReference key!=2 optional?=3:bool
SecretKeySelector@ ^localObjectReference=1:LocalObjectReference key!=2 optional?=3:bool
FileKeySelector@ volumeName!=1 path!=2 key!=3 optional?=4:bool
ResourceRequirements limits=1{}:Quantity requests=2{}:Quantity claims=3*:ResourceClaim[name]
ResourceClaim name!=1 request=2
ContainerResizePolicy resourceName!=1 restartPolicy!=2
VolumeMount name!=1 readOnly=2:bool mountPath!=3 subPath=4 mountPropagation?=5 subPathExpr=6 recursiveReadOnly?=7
VolumeDevice name!=1 devicePath!=2
Probe ^handler=1:ProbeHandler initialDelaySeconds=2:int32 timeoutSeconds=3:int32 periodSeconds=4:int32
  successThreshold=5:int32 failureThreshold=6:int32 terminationGracePeriodSeconds?=7:int64
ProbeHandler exec=1:ExecAction httpGet=2:HTTPGetAction tcpSocket=3:TCPSocketAction grpc=4:GRPCAction
ExecAction command=1*
HTTPGetAction path=1 port!=2:IntOrString host=3 scheme=4 httpHeaders=5*:HTTPHeader
HTTPHeader name!=1 value!=2
TCPSocketAction port!=1:IntOrString host=2
GRPCAction port!=1:int32 service?=2
Lifecycle postStart=1:LifecycleHandler preStop=2:LifecycleHandler stopSignal?=3
LifecycleHandler exec=1:ExecAction httpGet=2:HTTPGetAction tcpSocket=3:TCPSocketAction sleep=4:SleepAction
SleepAction seconds!=1:int64
PodTemplateSpec metadata=1:ObjectMeta spec=2:PodSpec
`;
