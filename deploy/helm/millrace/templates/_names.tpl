{{- define "millrace.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- define "millrace.selector" -}}
app.kubernetes.io/name: millrace
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "millrace.labels" -}}
{{ include "millrace.selector" . }}
app.kubernetes.io/part-of: millrace
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "millrace.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- /* True where commands run as Jobs. YAML reads Off without its quotes as false, and that is what it means. */ -}}
{{- define "millrace.jobs" -}}
{{- if eq (toString .Values.runner.type) "Job" }}true{{ end -}}
{{- end }}

{{- /* Fields of a PodSpec for the pods of all commands, as JSON, without what is left empty. */ -}}
{{- define "millrace.runnerPod" -}}
{{- $pod := dict }}
{{- range $key := list "nodeSelector" "tolerations" "imagePullSecrets" "priorityClassName" "runtimeClassName" }}
{{- with index $.Values.runner $key }}{{ $_ := set $pod $key . }}{{ end }}
{{- end }}
{{- toJson $pod }}
{{- end }}
