# Two images: `restmapper`, the command for every role, and `nginx`, the page and the entrance.
# Two images: `restmapper`, the command for every role, and `nginx`, the page and the entry point.
#   docker build --target restmapper -t restmapper .
#   docker run --rm -p 8080:8080 --read-only -v data:/data restmapper          # everything in one process
#   docker run --rm -v ./endpoints.yaml:/app/endpoints.yaml:ro restmapper check

FROM node:24-slim AS source
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/core/package.json packages/core/
COPY packages/endpoints/package.json packages/endpoints/
COPY packages/bus/package.json packages/bus/
COPY packages/auth/package.json packages/auth/
COPY packages/restmapper/package.json packages/restmapper/
COPY packages/liveupdate/package.json packages/liveupdate/
COPY packages/client/package.json packages/client/
COPY packages/workers/package.json packages/workers/
COPY packages/host/package.json packages/host/
COPY packages/cli/package.json packages/cli/
COPY frontend/package.json frontend/

FROM source AS build
RUN npm ci
COPY . .
RUN npm run build

FROM source AS production
RUN npm ci --omit=dev --ignore-scripts && find node_modules -name '*.map' -delete

FROM nginx:1.29 AS nginx
COPY nginx.conf deploy/platform.conf /etc/nginx/
COPY --from=build /app/packages/host/page /usr/share/nginx/html
# Any user works: it writes to /tmp only.
USER 65534:65534
EXPOSE 8080 9080
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:9080/livez"]

FROM node:24-slim AS restmapper
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 ADMIN_PORT=9080 DATA_DIR=/data
RUN mkdir /data && chown node:node /data
COPY --from=production /app ./
COPY --from=build /app/packages/core/dist packages/core/dist
COPY --from=build /app/packages/endpoints/dist packages/endpoints/dist
COPY packages/endpoints/endpoints.schema.json packages/endpoints/
COPY --from=build /app/packages/bus/dist packages/bus/dist
COPY --from=build /app/packages/auth/dist packages/auth/dist
COPY --from=build /app/packages/restmapper/dist packages/restmapper/dist
COPY --from=build /app/packages/liveupdate/dist packages/liveupdate/dist
COPY packages/workers/sql packages/workers/sql
COPY --from=build /app/packages/workers/dist packages/workers/dist
COPY --from=build /app/packages/host/dist packages/host/dist
COPY packages/cli/templates packages/cli/templates
COPY --from=build /app/packages/cli/dist packages/cli/dist
COPY --from=build /app/packages/host/page packages/host/page
COPY deploy/make-secrets.ts deploy/
# Runs the shipped application; mount your own over it, with the modules that it names beside it.
COPY endpoints.yaml ./
USER node
EXPOSE 8080 8081 8082 9080
HEALTHCHECK --interval=30s --timeout=15s --start-period=30s CMD ["node", "packages/cli/dist/main.js", "healthcheck"]
ENTRYPOINT ["node", "/app/packages/cli/dist/main.js"]
CMD ["start"]
