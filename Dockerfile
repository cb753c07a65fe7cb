# One image for web, worker, sites and metrics; compose.yaml says which is which.

FROM python:3.11-slim AS build
WORKDIR /build
# make's own steps: the Node and the packages that the lock files name, then the browser bundle.
COPY requirements-run.txt package.json package-lock.json .npmrc build.mjs ./
COPY scripts/bootstrap.py scripts/get_pip.py scripts/
COPY static/src static/src
COPY static/build static/build
COPY templates templates
COPY policies/README.md policies/README.md
RUN python scripts/bootstrap.py run

FROM python:3.11-slim
# Nothing in here is written to but /data, and nobody in here is root.
RUN useradd --system --uid 10001 --home-dir /app roseram && install -d -o roseram -g roseram /data
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY app.py plans.toml ./
COPY services services
COPY templates templates
COPY static/src/site static/src/site
COPY --from=build /build/static/dist static/dist
COPY scripts/doctor.py scripts/checkup.py scripts/checkup_supabase.py scripts/checkup_vendors.py scripts/
USER roseram
ENV DATA_DIR=/data HOST=0.0.0.0 PORT=5000 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
EXPOSE 5000 5001
CMD ["python", "-m", "services.web"]
