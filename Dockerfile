# One image for web, worker, beat and set-up; settings come from the environment only.
FROM node:24-slim AS front-end
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.12-slim AS packages
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/base.txt

FROM python:3.12-slim
# Pango draws PDFs; pg_dump and pg_restore of the server's own version make and read backups.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 postgresql-common \
 && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
 && apt-get install -y --no-install-recommends postgresql-client-18 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home app \
 && install -d -o app /data
# What a large page took goes back to the system: few arenas, and thresholds that do not grow by themselves.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=262144 MALLOC_TRIM_THRESHOLD_=262144 \
    DATA_DIR=/data STATIC_ROOT=/app/build/static PG_BIN_DIR=/usr/lib/postgresql/18/bin
WORKDIR /app
COPY --from=packages /venv /venv
COPY --from=front-end /app/node_modules node_modules
COPY . .
# Collected with the fallback settings: no secret is needed for it, and none is left in the image.
RUN python manage.py collectstatic --noinput --verbosity 0 && python -m compileall -q .
USER app
ENV PRODUCTION=1
EXPOSE 8000
# A process takes no more requests than it works on, the others wait in line for whichever is free first: with kept
# connections three people had a process to themselves and thirteen shared the other. The proxy keeps the browsers' own.
CMD ["gunicorn", "psa.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "3", "--worker-connections", "3", "--keep-alive", "0", "--worker-tmp-dir", "/dev/shm", \
     "--no-control-socket", "--logger-class", "psa.access_log.AccessLog"]
