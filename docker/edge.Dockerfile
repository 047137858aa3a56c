# docker build -f docker/edge.Dockerfile -t drivewatch-edge .    (context: the repository)
# The image runs as nginx's own user (101), keeps its pid and temporary files in /tmp, and fills in the templates at its start.
FROM nginxinc/nginx-unprivileged:1.28.0-alpine3.21-slim
RUN rm /etc/nginx/conf.d/default.conf
COPY docker/nginx/edge-cache.conf /etc/nginx/templates/edge-cache.conf.template
COPY docker/nginx/load-balancer.conf /etc/nginx/templates/load-balancer.conf.template
ENV LB_LISTEN=8080 LB_TLS_DIR=/etc/nginx/tls EDGE_LISTEN=127.0.0.1:8090 EDGE_ADDRESS=127.0.0.1:8090 \
    EDGE_CACHE_DIR=/var/cache/nginx/drivewatch
USER 101
EXPOSE 8080 8443
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
  CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/health/live"]
