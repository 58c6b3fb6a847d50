# The sharing server: built with everything, shipped with Node and what it runs on, without root.
#   docker build -t deltaquill .
#   docker run -p 8080:8080 -e DELTAQUILL_ROOT=s3://bucket/shares -e AWS_REGION=… deltaquill
# docs/operate.md tells how to run it for others.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig*.json rolldown.config.ts ./
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-alpine
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
ENV NODE_ENV=production DELTAQUILL_HOST=0.0.0.0 DELTAQUILL_PORT=8080
USER node
EXPOSE 8080
# Asks whether the process answers; whether requests should go to it, the load balancer asks at /readyz.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.DELTAQUILL_PORT + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["serve"]
