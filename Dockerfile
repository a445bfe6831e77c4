# The controller: one bundle, Node.js and git. `make image` builds the bundle first.
ARG BASE=docker.io/library/node:24-bookworm-slim
FROM ${BASE}

RUN apt-get update \
 && apt-get install -y --no-install-recommends git ca-certificates \
 && rm -rf /var/lib/apt/lists/*

COPY package.json LICENSE /app/
COPY crds /app/crds
COPY examples /app/examples
COPY dist /app/dist

# No account of the system's: the chart's securityContext names the same numbers.
USER 65532:65532
ENV HOME=/tmp NODE_ENV=production
ENTRYPOINT ["node", "/app/dist/millrace.js"]
CMD ["controller"]
